import { z } from "zod";
import { queueNames } from "../jobs.ts";
import { failureSchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { runSchema } from "./runs.ts";
import { recordCountsSchema, syncStates } from "./sync-body.ts";
import {
  exampleIds,
  idSchema,
  idText,
  listOf,
  nextCursorSchema,
  pageShape,
  timestampSchema,
  workspaceParams,
} from "./values.ts";

/**
 * How a sync does, for who is called when it doesn't: the first of these that holds. `failing`: it, or its last run,
 * failed as a whole. `attention`: a plan waits for approval, or secrets fail. `working`: something goes on. `setup`: it
 * waits for Azure or an environment.
 */
export const syncHealths = ["failing", "attention", "working", "setup", "healthy", "paused"] as const;
export type SyncHealth = (typeof syncHealths)[number];

/** `GET /v1/workspace/{ws}/overview` */
export const overviewQuerySchema = z.strictObject({
  ...pageShape,
  health: listOf(syncHealths).optional(),
  projectId: idSchema.optional().meta({ example: exampleIds.project }),
  search: z.string().trim().min(1).max(255).optional().meta({
    description: "A part of the sync's, the project's or the environment's name, or of the vault's address.",
  }),
});

const count = z.int().min(0);

const overviewSyncSchema = z
  .object({
    id: idText,
    name: z.string(),
    health: z.enum(syncHealths),
    state: z.enum(syncStates),
    project: z.object({ id: idText, name: z.string(), slug: z.string() }),
    environment: z.object({ id: idText, name: z.string() }).nullable(),
    vaultUrl: z.string().nullable(),
    failure: failureSchema.nullable(),
    failingSince: timestampSchema.nullable(),
    awaitsApproval: z.boolean(),
    lastRun: runSchema.nullable(),
    nextRunAt: timestampSchema.nullable().meta({ description: "By retry or schedule, whichever is first." }),
    records: recordCountsSchema,
    drifted: count.meta({ description: "Secrets that somebody changed or deleted in the vault." }),
  })
  .meta({ id: "OverviewSync" });

const throttledVaultSchema = z
  .object({
    vaultUrl: z.string(),
    requests: z.enum(["writes", "reads"]),
    limit: count.meta({ description: "How many in ten seconds the workers allow themselves." }),
    currentLimit: count.meta({ description: "How many of them at the moment." }),
    since: timestampSchema.meta({ description: "When the vault began to refuse requests." }),
    heldUntil: timestampSchema.nullable().meta({ description: "Until then none is sent at all." }),
  })
  .meta({ id: "ThrottledVault" });

const queueSchema = z
  .object({ name: z.enum(queueNames), waiting: count, active: count, delayed: count, failed: count })
  .meta({ id: "QueueDepth" });

const reachableSchema = z.object({ reachable: z.boolean(), latencyMs: count.nullable() });

/** What stands behind all syncs. What only Redis knows is null while that can't be reached. */
const systemStateSchema = z
  .object({
    database: reachableSchema,
    redis: reachableSchema,
    queues: z.array(queueSchema).nullable(),
    workers: z
      .array(z.object({ name: z.string(), seenAt: timestampSchema }))
      .nullable()
      .meta({ description: "Workers that were heard of in the last half minute." }),
    throttledVaults: z.array(throttledVaultSchema).nullable(),
    signingKey: z.object({
      activeSince: timestampSchema.nullable(),
      nextPublishedAt: timestampSchema.nullable(),
      dueAt: timestampSchema.nullable().meta({ description: "When the next key takes over." }),
      overdue: z.boolean(),
    }),
  })
  .meta({ id: "SystemState" });
export type SystemStateBody = z.infer<typeof systemStateSchema>;

export const overviewSchema = z
  .object({
    syncs: z.array(overviewSyncSchema),
    nextCursor: nextCursorSchema,
    totals: z.record(z.enum(syncHealths), count).meta({
      description: "How many syncs do how, by project and search; the filter of health is left out.",
    }),
    system: systemStateSchema.nullable().meta({ description: "On the first page only." }),
  })
  .meta({ id: "Overview" });
export type OverviewBody = z.infer<typeof overviewSchema>;

export const overviewOperations = operations({
  getOverview: {
    method: "GET",
    path: "/v1/workspace/{workspace}/overview",
    tag: "Syncs",
    summary: "Every sync of a workspace, the worst first, and the state of what stands behind them",
    access: "admin",
    params: workspaceParams,
    query: overviewQuerySchema,
    answers: { 200: { description: "A page of syncs.", body: overviewSchema } },
    problems: { 400: ["CURSOR_INVALID"] },
  },
});
