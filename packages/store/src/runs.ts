import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Database, Queryable } from "./database.ts";
import type { Run } from "./generated/client.ts";
import { holdLease, type Lease } from "./leases.ts";

export type RunRow = Run;
export type RunTrigger = "initial" | "manual" | "change" | "schedule" | "retry";
export type RunState = "running" | "succeeded" | "completed_with_failures" | "failed" | "interrupted";

/** What a run did, in secrets. `total` is the source's. */
export type RunCounts = Readonly<{
  total: number;
  created: number;
  updated: number;
  adopted: number;
  recovered: number;
  repaired: number;
  deleted: number;
  unchanged: number;
  blocked: number;
  failed: number;
}>;

/** Notes the beginning of a run. Runs of earlier epochs that never ended are marked as interrupted. */
export async function startRun(
  database: Database,
  lease: Lease,
  run: Readonly<{ trigger: RunTrigger; generation: number }>,
): Promise<RunRow> {
  return database.$transaction(async (transaction) => {
    await transaction.run.updateMany({
      where: { syncId: lease.syncId, state: "running" },
      data: { state: "interrupted", failureCode: "RUN_INTERRUPTED", failureFields: {}, endedAt: new Date() },
    });
    return transaction.run.create({ data: { ...run, syncId: lease.syncId, epoch: lease.epoch } });
  });
}

/** Shows how far a run is. */
export async function updateRunCounts(database: Queryable, runId: string, counts: RunCounts): Promise<void> {
  await database.run.updateMany({ where: { id: runId, state: "running" }, data: counts });
}

export type RunEnd = Readonly<{
  state: Exclude<RunState, "running">;
  counts: RunCounts;
  checkedVault: boolean;
  failure: Readonly<{ code: FailureCode; fields: FailureFields }> | null;
  /** The generation and check that are done now; absent when this run didn't get that far. */
  done: Readonly<{ generation: number; check: number }> | null;
  /** In how many milliseconds the sync is to run again by itself, or null. */
  retryInMs: number | null;
  /** How many runs in a row failed as a whole. */
  retryAttempt: number;
}>;

/**
 * Ends a run, saves what it got done and hands the lease back, in one transaction.
 *
 * @returns whether more is wanted than was done, or null when the lease was lost and nothing was saved but the run's end
 */
export async function endRun(
  database: Database,
  lease: Lease,
  runId: string,
  end: RunEnd,
): Promise<{ readonly moreWanted: boolean } | null> {
  return database.$transaction(async (transaction) => {
    const held = (await holdLease(transaction, lease)) !== "lost";
    await transaction.run.updateMany({
      where: { id: runId, state: "running" },
      data: {
        ...end.counts,
        state: held ? end.state : "interrupted",
        checkedVault: end.checkedVault,
        failureCode: held ? (end.failure?.code ?? null) : "LEASE_LOST",
        failureFields: held ? (end.failure?.fields ?? {}) : {},
        endedAt: new Date(),
      },
    });
    if (!held) return null;
    const rows = await transaction.$queryRaw<Array<{ more: boolean }>>`
      UPDATE "Sync" SET "leaseOwner" = NULL, "leaseExpiresAt" = NULL,
        "doneGeneration" = GREATEST("doneGeneration", ${end.done?.generation ?? 0}),
        "doneCheck" = GREATEST("doneCheck", ${end.done?.check ?? 0}),
        "retryAt" = CASE WHEN ${end.retryInMs}::int IS NULL THEN NULL
          ELSE now() + ${end.retryInMs}::int * interval '1 millisecond' END,
        "retryAttempt" = ${end.retryAttempt}
      WHERE "id" = ${lease.syncId}::uuid
      RETURNING ("wantedGeneration" > "doneGeneration" OR "wantedCheck" > "doneCheck") AS more`;
    return { moreWanted: rows[0]?.more ?? false };
  });
}

/** A sync's runs, newest first. */
export async function listRuns(
  database: Queryable,
  syncId: string,
  page: Readonly<{ limit: number; before?: Readonly<{ startedAt: Date; id: string }> }>,
): Promise<RunRow[]> {
  const { before } = page;
  return database.run.findMany({
    where: {
      syncId,
      ...(before
        ? {
            OR: [
              { startedAt: { lt: before.startedAt } },
              { startedAt: before.startedAt, id: { lt: before.id } },
            ],
          }
        : {}),
    },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: page.limit,
  });
}

export async function findRun(database: Queryable, syncId: string, id: string): Promise<RunRow | null> {
  return database.run.findFirst({ where: { id, syncId } });
}

/** The newest run of each of these syncs. */
export async function latestRuns(
  database: Queryable,
  syncIds: readonly string[],
): Promise<Map<string, RunRow>> {
  const rows = await database.$queryRaw<RunRow[]>`
    SELECT r.* FROM unnest(${[...syncIds]}::uuid[]) AS s(id)
    CROSS JOIN LATERAL (SELECT * FROM "Run" WHERE "syncId" = s.id ORDER BY "startedAt" DESC, "id" DESC LIMIT 1) r`;
  return new Map(rows.map((row) => [row.syncId, row]));
}
