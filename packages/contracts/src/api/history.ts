import { z } from "zod";
import { timeZoneSchema } from "../time-zone.ts";
import { operations } from "./operation.ts";
import { idParam, timestampSchema } from "./values.ts";

export const historyBuckets = ["hour", "day", "week"] as const;
export type HistoryBucket = (typeof historyBuckets)[number];

/** How many buckets a history has at most. */
export const MAX_HISTORY_BUCKETS = 400;

const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < Date.UTC(2200, 0), {
    error: "must lie between 1970 and 2200",
  });

/** `GET /v1/sync/{id}/history` */
export const historyQuerySchema = z.strictObject({
  from: instant.optional().meta({ description: "Seven days before `to` by default." }),
  to: instant.optional().meta({ description: "Now by default." }),
  bucket: z.enum(historyBuckets).default("day"),
  timeZone: timeZoneSchema.default("UTC").meta({ description: "In which zone days and weeks begin." }),
});

const count = z.int().min(0);

const historyPointSchema = z.object({
  at: timestampSchema.meta({ description: "When the bucket begins." }),
  counts: z
    .object({
      created: count,
      updated: count,
      adopted: count,
      recovered: count,
      repaired: count,
      deleted: count,
      failed: count,
      blocked: count,
    })
    .meta({ description: "What runs that began then did, in secrets, added up." }),
  runs: z
    .object({
      running: count,
      succeeded: count,
      completed_with_failures: count,
      awaiting_approval: count,
      failed: count,
      interrupted: count,
    })
    .meta({ description: "Runs that began then, by how they ended." }),
  durations: z
    .object({ p50Ms: count, p95Ms: count })
    .nullable()
    .meta({ description: "How long ended runs took: half and nineteen in twenty of them at most." }),
});

export const historySchema = z
  .object({
    from: timestampSchema,
    to: timestampSchema,
    bucket: z.enum(historyBuckets),
    timeZone: z.string(),
    points: z.array(historyPointSchema),
  })
  .meta({ id: "SyncHistory", description: "What runs did over time, oldest first, without gaps." });
export type HistoryBody = z.infer<typeof historySchema>;

export const historyOperations = operations({
  getSyncHistory: {
    method: "GET",
    path: "/v1/sync/{syncId}/history",
    tag: "Syncs",
    summary: "What a sync's runs did over time",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: historyQuerySchema,
    answers: { 200: { description: "The history, as far back as runs are kept.", body: historySchema } },
    problems: { 400: ["RANGE_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
});
