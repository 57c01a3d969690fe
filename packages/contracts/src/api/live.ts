import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { runSchema } from "./runs.ts";
import { recordCountsSchema, syncStates } from "./sync-body.ts";
import { validationSchema } from "./validations.ts";
import { idParam, idText, timestampSchema } from "./values.ts";

/** What of a sync itself changes while somebody watches it. */
const liveSyncSchema = z
  .object({
    state: z.enum(syncStates),
    failure: failureSchema.nullable(),
    failingSince: timestampSchema.nullable(),
    awaitingPlanId: idText.nullable().meta({ description: "The plan that waits for approval." }),
    upToDate: z.boolean(),
    retryAt: timestampSchema.nullable(),
    nextScheduledAt: timestampSchema.nullable(),
    disconnecting: z.object({ left: z.int().min(0) }).nullable(),
  })
  .meta({ id: "LiveSync" });

/** The events of a sync's stream, by name, each with the shape of its data. */
export const liveEvents = {
  /** The sync itself. */
  sync: liveSyncSchema,
  /** A run: the one under way with its counts so far, or one that ended. */
  run: runSchema,
  /** How many records are in each state. */
  records: recordCountsSchema,
  /** The latest validation with its steps. */
  validation: validationSchema,
} as const;
export type LiveEventName = keyof typeof liveEvents;
export type LiveEvent = {
  [Name in LiveEventName]: Readonly<{ name: Name; data: z.infer<(typeof liveEvents)[Name]> }>;
}[LiveEventName];

/** The header in which a browser that reconnects names the last event it saw. What isn't an id of ours is ignored. */
export const watchHeadersSchema = z.object({
  "last-event-id": z.string().optional().meta({ description: "The `id` of the last event that arrived." }),
});

export const liveOperations = operations({
  watchSync: {
    method: "GET",
    path: "/v1/sync/{syncId}/events",
    tag: "Syncs",
    summary: "What happens to a sync, while it happens",
    description:
      "Server-sent events: `sync`, `run`, `records` and `validation`, each whole and as the schemas `LiveSync`, `Run` and `Validation` say. All of them come at first, then each that changed. With `Last-Event-ID`, runs that ended in between come too. The stream ends when the caller's right to see it does.",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    headers: watchHeadersSchema,
    answers: {
      200: {
        description: "The stream.",
        body: z.string(),
        contentType: "text/event-stream",
        headers: { "cache-control": z.string(), "x-accel-buffering": z.literal("no") },
      },
    },
    problems: { 404: ["SYNC_NOT_FOUND"], 429: ["TOO_MANY_STREAMS"], 503: ["STOPPING"] },
  },
});
