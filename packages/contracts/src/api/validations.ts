import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { idParam, idText, timestampSchema } from "./values.ts";

export const validationStates = ["queued", "running", "waiting", "succeeded", "failed"] as const;
export const validationStepStates = ["pending", "running", "succeeded", "failed", "skipped"] as const;
/** The steps of a validation, in their order. */
export const validationSteps = [
  "issuer_reachable",
  "assertion_minted",
  "token_exchanged",
  "secret_created",
  "secret_deleted",
  "secret_purged",
] as const;

/** One check of a sync's access to its vault, step by step. */
export const validationSchema = z
  .object({
    id: idText,
    environmentId: idText,
    state: z.enum(validationStates).meta({
      description: "`waiting`: Azure may not have propagated a setting yet; it is tried again by itself.",
    }),
    attempts: z.int().min(0),
    steps: z.array(
      z.object({
        step: z.enum(validationSteps),
        state: z.enum(validationStepStates),
        startedAt: timestampSchema.nullable(),
        durationMs: z.int().min(0).nullable(),
        failure: failureSchema.nullable(),
        requestId: z.string().nullable(),
      }),
    ),
    failure: failureSchema.nullable(),
    nextAttemptAt: timestampSchema.nullable(),
    createdAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
  })
  .meta({ id: "Validation", description: "One check of a sync's access to its vault." });
export type ValidationBody = z.infer<typeof validationSchema>;

export const validationParamsSchema = z.strictObject({
  syncId: idParam("sync"),
  validationId: idParam("validation"),
});

export const validationOperations = operations({
  listValidations: {
    method: "GET",
    path: "/v1/sync/{syncId}/validations",
    tag: "Syncs",
    summary: "The latest 20 validations of a sync, newest first",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    answers: { 200: { description: "The validations.", body: z.array(validationSchema) } },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
  getValidation: {
    method: "GET",
    path: "/v1/sync/{syncId}/validations/{validationId}",
    tag: "Syncs",
    summary: "One validation",
    access: "admin",
    params: validationParamsSchema,
    answers: { 200: { description: "The validation.", body: validationSchema } },
    problems: { 404: ["SYNC_NOT_FOUND", "VALIDATION_NOT_FOUND"] },
  },
});
