import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { idParam, idText, nextCursorSchema, pageShape, timestampSchema } from "./values.ts";

export const runTriggers = ["initial", "manual", "change", "schedule", "retry", "disconnect"] as const;
export const runStates = [
  "running",
  "succeeded",
  "completed_with_failures",
  "awaiting_approval",
  "failed",
  "interrupted",
] as const;

const count = z.int().min(0);

/** One pass of a sync. */
export const runSchema = z
  .object({
    id: idText,
    trigger: z.enum(runTriggers),
    state: z.enum(runStates),
    total: count.meta({ description: "How many secrets the source has." }),
    counts: z.object({
      created: count,
      updated: count,
      adopted: count,
      recovered: count,
      repaired: count,
      deleted: count,
      unchanged: count,
      blocked: count,
      failed: count,
      held: count.meta({ description: "Removals that wait for approval." }),
    }),
    checkedVault: z.boolean().meta({ description: "Whether it listed the vault." }),
    failure: failureSchema.nullable(),
    startedAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
    durationMs: count.nullable(),
  })
  .meta({ id: "Run", description: "One pass of a sync." });
export type RunBody = z.infer<typeof runSchema>;

export const runsQuerySchema = z.strictObject(pageShape);
export const runParamsSchema = z.strictObject({ syncId: idParam("sync"), runId: idParam("run") });

export const runOperations = operations({
  listRuns: {
    method: "GET",
    path: "/v1/sync/{syncId}/runs",
    tag: "Syncs",
    summary: "The runs of a sync, newest first",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: runsQuerySchema,
    answers: {
      200: {
        description: "A page of runs.",
        body: z.object({ runs: z.array(runSchema), nextCursor: nextCursorSchema }).meta({ id: "RunPage" }),
      },
    },
    problems: { 400: ["CURSOR_INVALID"], 404: ["SYNC_NOT_FOUND"] },
  },
  getRun: {
    method: "GET",
    path: "/v1/sync/{syncId}/runs/{runId}",
    tag: "Syncs",
    summary: "One run",
    access: "admin",
    params: runParamsSchema,
    answers: { 200: { description: "The run.", body: runSchema } },
    problems: { 404: ["SYNC_NOT_FOUND", "RUN_NOT_FOUND"] },
  },
});
