import { z } from "zod";
import { failureCodeSchema, failureSchema, ownedBySchema } from "./failure.ts";
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
    ownedBy: ownedBySchema,
    failingSince: timestampSchema.nullable(),
    nextAttemptAt: timestampSchema.nullable().meta({
      description: "When it is tried again by itself. Null with a failure: not before something changes.",
    }),
    requestId: z.string().nullable().meta({ description: "The vault's id of the last request." }),
    drifted: z.boolean().meta({ description: "Whether somebody changed or deleted it in the vault." }),
    adoptable: z.boolean().meta({
      description: "Whether it fails because of what the vault holds, which it may be allowed to take over.",
    }),
    versions: z.int().min(0).meta({ description: "How many versions the vault has, as far as is known." }),
  })
  .meta({ id: "Record", description: "One secret at the destination." });
export type RecordBody = z.infer<typeof recordSchema>;

/** What lists of records are sorted by; a minus before it turns it round. */
export const recordSorts = ["name", "trouble", "failingSince", "nextAttemptAt", "-writtenAt"] as const;
export type RecordSort = (typeof recordSorts)[number];

const filterShape = {
  state: listOf(recordStates).optional(),
  code: failureCodeSchema.optional().meta({ description: "Of the failure." }),
  drift: z.enum(["true"]).optional().meta({
    description: "Only what somebody changed or deleted in the vault.",
  }),
  search: z.string().min(1).max(255).optional().meta({
    description: "A part of the secret's name, or of its name in the vault.",
  }),
};

/** `state` may be given several times or as a comma-separated list. */
export const recordsQuerySchema = z.strictObject({
  ...pageShape,
  ...filterShape,
  sort: z.enum(recordSorts).default("name").meta({
    description:
      "`trouble`: what fails first, then by name. `failingSince`: the longest failing first. `nextAttemptAt`: the soonest first.",
  }),
});

/** `GET /v1/sync/{id}/records/counts` */
export const recordCountsQuerySchema = z.strictObject(filterShape);

/** `POST /v1/sync/{id}/records/retry` */
export const retrySchema = z
  .strictObject({
    secretIds: z
      .array(idParam("secret"))
      .min(1)
      .max(500)
      .optional()
      .meta({ description: "Which; all that fail by default." }),
  })
  .optional();

/** `POST /v1/sync/{id}/adopt` */
export const adoptSchema = z.strictObject({ secretIds: z.array(idParam("secret")).min(1).max(500) });

export const recordParamsSchema = z.strictObject({ syncId: idParam("sync"), recordId: idParam("record") });

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
  getRecord: {
    method: "GET",
    path: "/v1/sync/{syncId}/records/{recordId}",
    tag: "Syncs",
    summary: "One secret of a sync with its outcome",
    access: "admin",
    params: recordParamsSchema,
    answers: { 200: { description: "The record.", body: recordSchema } },
    problems: { 404: ["SYNC_NOT_FOUND", "RECORD_NOT_FOUND"] },
  },
  countRecords: {
    method: "GET",
    path: "/v1/sync/{syncId}/records/counts",
    tag: "Syncs",
    summary: "How many secrets of a sync are in which state, and why those fail that do",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: recordCountsQuerySchema,
    answers: {
      200: {
        description: "The counts.",
        body: z
          .object({
            matching: z.int().min(0).meta({ description: "How many the whole filter lets through." }),
            states: z
              .record(z.enum(recordStates), z.int().min(0))
              .meta({ description: "By state, of all that the search lets through." }),
            failures: z
              .array(z.object({ code: failureCodeSchema, count: z.int().min(1) }))
              .meta({ description: "By failure code, of all that the search lets through; most first." }),
            drifted: z.int().min(0).meta({ description: "Of all that the search lets through." }),
          })
          .meta({ id: "RecordSummary" }),
      },
    },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
  retryRecords: {
    method: "POST",
    path: "/v1/sync/{syncId}/records/retry",
    tag: "Syncs",
    summary: "Tries failing secrets again now",
    description: "One or some, or all that fail. What doesn't fail any more is left alone.",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    body: retrySchema,
    example: { secretIds: ["0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a05"] },
    answers: {
      202: {
        description: "A run will try them.",
        body: z.object({
          retried: z.int().min(0).meta({ description: "How many of them failed until now." }),
        }),
      },
    },
    problems: { 404: ["SYNC_NOT_FOUND", "SECRET_NOT_FOUND"], 409: ["SYNC_STATE"] },
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
