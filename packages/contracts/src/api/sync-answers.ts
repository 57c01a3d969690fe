import { z } from "zod";
import { explanationShape } from "./failure.ts";
import { planCountsSchema, planQuestions } from "./plans.ts";
import { syncShape } from "./sync-body.ts";
import { validationSchema } from "./validations.ts";
import { idText } from "./values.ts";

/** What a user copies into Azure to make it trust a sync. */
export const guideShape = {
  syncConfigId: idText,
  issuer: z.string(),
  subject: z.string(),
  audience: z.string(),
  credentialName: z.string(),
  snippet: z
    .object({ name: z.string(), issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) })
    .meta({ description: "The federated credential as JSON, as the portal and `az` take it." }),
  role: z
    .object({ name: z.string(), id: idText })
    .meta({ description: "The role that the app registration needs at the vault's scope." }),
  commands: z.object({ az: z.string(), terraform: z.string(), bicep: z.string() }),
  cloud: z
    .object({ name: z.enum(["public", "usgov", "china", "custom"]), vaultSuffix: z.string() })
    .meta({ description: "The cloud that the system works with, and what its vaults' hosts end with." }),
  localAzure: z.boolean().meta({
    description: "Whether a local Azure stands in for Azure, which can be set up by `setUpLocalAzure`.",
  }),
};
export const setupGuideSchema = z.object(guideShape).meta({ id: "SetupGuide" });
export type SetupGuideBody = z.infer<typeof setupGuideSchema>;

/** A secret whose versions grow fast or are many. */
const warningSchema = z
  .object({
    secretId: idText,
    secretName: z.string(),
    vaultName: z.string().nullable(),
    ...explanationShape,
  })
  .meta({ id: "Warning" });
export type WarningBody = z.infer<typeof warningSchema>;

/** One sync, with what is known of it besides. */
export const syncDetailSchema = z
  .object({
    ...syncShape,
    awaiting: z
      .object({ planId: idText, asks: z.enum(planQuestions).nullable(), counts: planCountsSchema.nullable() })
      .nullable()
      .meta({ description: "The plan that waits for approval." }),
    disconnecting: z
      .object({ left: z.int().min(0) })
      .nullable()
      .meta({ description: "How many secrets are still to be removed from the vault." }),
    warnings: z.array(warningSchema).meta({ description: "The worst 50." }),
    warningCount: z.int().min(0),
  })
  .meta({ id: "SyncDetail" });
export type SyncDetailBody = z.infer<typeof syncDetailSchema>;

/** `POST …/link` and `…/validate` */
export const validatingSchema = z
  .object({ ...syncShape, validation: validationSchema })
  .meta({ id: "SyncValidating", description: "The sync, and the validation that begins." });
