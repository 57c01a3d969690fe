import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { idParam, idText, listOf, nextCursorSchema, pageShape, timestampSchema } from "./values.ts";

export const recordStates = ["pending", "synced", "failed", "blocked", "removing"] as const;

/** What is known of one secret at the destination. */
export const recordSchema = z
  .object({
    id: idText,
    secretId: idText,
    secretName: z.string(),
    vaultName: z.string().nullable(),
    state: z.enum(recordStates),
    vaultVersion: z.string().nullable(),
    writtenAt: timestampSchema.nullable(),
    lastAttemptAt: timestampSchema.nullable(),
    attempts: z.int().min(0),
    failure: failureSchema.nullable(),
    failingSince: timestampSchema.nullable(),
    nextAttemptAt: timestampSchema.nullable().meta({
      description: "When it is tried again by itself. Null with a failure: not before something changes.",
    }),
    requestId: z.string().nullable().meta({ description: "The vault's id of the last request." }),
  })
  .meta({ id: "Record", description: "One secret at the destination." });
export type RecordBody = z.infer<typeof recordSchema>;

/** `state` may be given several times or as a comma-separated list. */
export const recordsQuerySchema = z.strictObject({
  ...pageShape,
  state: listOf(recordStates).optional(),
  search: z.string().min(1).max(255).optional().meta({ description: "A part of the secret's name." }),
});

/** `POST /v1/sync/{id}/adopt` */
export const adoptSchema = z.strictObject({ secretIds: z.array(idParam("secret")).min(1).max(500) });

export const recordOperations = operations({
  listRecords: {
    method: "GET",
    path: "/v1/sync/{syncId}/records",
    tag: "Syncs",
    summary: "Each secret of a sync with its outcome, by name",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: recordsQuerySchema,
    answers: {
      200: {
        description: "A page of records.",
        body: z
          .object({ records: z.array(recordSchema), nextCursor: nextCursorSchema })
          .meta({ id: "RecordPage" }),
      },
    },
    problems: { 400: ["CURSOR_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
  adoptSecrets: {
    method: "POST",
    path: "/v1/sync/{syncId}/adopt",
    tag: "Syncs",
    summary: "Lets single secrets take over what holds their names in the vault",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    body: adoptSchema,
    example: { secretIds: ["0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a05"] },
    answers: {
      202: {
        description: "Allowed; the next run adopts them.",
        body: z.object({
          allowed: z.array(
            z.object({ secretId: idText, secretName: z.string(), vaultName: z.string().nullable() }),
          ),
        }),
      },
    },
    problems: { 404: ["SYNC_NOT_FOUND", "SECRET_NOT_FOUND"], 409: ["SYNC_STATE"] },
  },
});
