import { z } from "zod";
import { failureTable, type FailureCode } from "../failures/table.ts";

const codes = Object.keys(failureTable) as [FailureCode, ...FailureCode[]];

/** The code of a failure, or of a warning. docs/failures.md has all of them. */
export const failureCodeSchema = z.enum(codes).meta({ id: "FailureCode" });

/** What a failure or warning says. */
export const explanationShape = {
  code: failureCodeSchema,
  message: z.string().meta({ description: "What happened." }),
  hint: z.string().meta({ description: "What to do about it." }),
};

/** What keeps a sync, a run, a record or a validation from succeeding. */
export const failureSchema = z.object(explanationShape).meta({
  id: "Failure",
  description: "What went wrong, and what to do about it.",
  example: {
    code: "NAME_UNSUPPORTED",
    message: "“DB_HOST” can't be a name in Key Vault.",
    hint: "Rename it, or choose another name policy.",
  },
});
/** The sync that a secret in the vault belongs to, where that is what keeps another from writing it. */
export const ownedBySchema = z
  .object({
    syncId: z.string(),
    name: z.string().nullable().meta({ description: "Null where it is no sync of this workspace." }),
  })
  .nullable()
  .meta({ description: "The sync that the secret in the vault belongs to, if that is why it fails." });
export type OwnedBy = z.infer<typeof ownedBySchema>;

export type FailureBody = z.infer<typeof failureSchema>;
