import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Database, Queryable } from "./database.ts";
import { Prisma, type Run } from "./generated/client.ts";
import { isHeld, RUNNING_STATES, unawaited, type Lease } from "./leases.ts";
import type { Telling } from "./sync-alarms.ts";
import { syncColumns, type SyncRow } from "./syncs.ts";
import { vaultLimitsOf, type VaultLimits } from "./vault-limits.ts";
import { happenedRows, outboxParts } from "./webhook-outbox.ts";

export type RunRow = Run;
export type RunTrigger = "initial" | "manual" | "change" | "schedule" | "retry" | "disconnect";
export type RunState =
  "running" | "succeeded" | "completed_with_failures" | "awaiting_approval" | "failed" | "interrupted";

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
  /** Removals that wait for approval. */
  held: number;
}>;

export type RunBegin =
  | {
      readonly got: "run";
      readonly lease: Lease;
      readonly sync: SyncRow;
      /** How many secrets the source has. */
      readonly secrets: number;
      readonly vaultLimits: VaultLimits;
    }
  /** Another worker holds the sync; its lease ends in `expiresInMs` at the latest unless it is renewed. */
  | { readonly got: "held"; readonly expiresInMs: number }
  /** Nothing is wanted, or the sync isn't in a state to run (paused, disconnected, not set up), or doesn't exist. */
  | { readonly got: "nothing" };

/**
 * Takes a sync's lease and begins a run, in one statement, if something is wanted and nobody else runs it. Time is the
 * database's, so that workers' clocks don't matter. Runs of earlier epochs that never ended are marked as interrupted.
 *
 * @param owner the worker's name
 * @param ttlMs how long the lease lasts unless it is renewed, in milliseconds
 */
export async function beginRun(
  database: Database,
  syncId: string,
  owner: string,
  ttlMs: number,
): Promise<RunBegin> {
  const rows = await database.$statement<
    SyncRow & VaultLimits & { runId: string; unawaited: string; secrets: number }
  >(
    Prisma.sql`
    WITH taken AS (
      UPDATE "Sync" SET "leaseOwner" = ${owner}, "leaseEpoch" = "leaseEpoch" + 1,
        "leaseExpiresAt" = now() + ${ttlMs} * interval '1 millisecond'
      WHERE "id" = ${syncId}::uuid AND "state" = ANY(${RUNNING_STATES}) AND "environmentId" IS NOT NULL
        AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= now())
        AND ("wantedGeneration" > "doneGeneration" OR "wantedCheck" > "doneCheck" OR "retryAttempt" > 0
          OR "retryAt" <= now())
      RETURNING *
    ), interrupted AS (
      UPDATE "Run" SET "state" = 'interrupted', "failureCode" = 'RUN_INTERRUPTED', "failureFields" = '{}',
        "endedAt" = now()
      FROM taken WHERE "Run"."syncId" = taken."id" AND "Run"."state" = 'running'
    ), begun AS (
      INSERT INTO "Run" ("syncId", "trigger", "epoch", "generation")
      SELECT "id", CASE WHEN "state" = 'disconnecting' THEN 'disconnect' WHEN "retryAttempt" > 0 THEN 'retry'
          WHEN "wantedCheck" > "doneCheck" THEN COALESCE("checkTrigger", 'manual')
          WHEN "wantedGeneration" > "doneGeneration" AND COALESCE("retryAt" > now(), true) THEN 'change'
          ELSE 'retry' END,
        "leaseEpoch", "wantedGeneration"
      FROM taken RETURNING "id"
    )
    SELECT ${syncColumns("taken")}, begun."id" AS "runId", ${unawaited}, (SELECT count(*)::int FROM "SecretValue" v
      WHERE v."environmentId" = taken."environmentId") AS "secrets", limits."writes", limits."reads"
    FROM taken, begun, LATERAL (${vaultLimitsOf(Prisma.sql`taken."vaultUrl"`)}) AS limits`,
    "kept",
  );
  const [row] = rows;
  if (row !== undefined) {
    const { runId, unawaited: _, secrets, writes, reads, ...sync } = row;
    const lease = { syncId, owner, epoch: sync.leaseEpoch, runId };
    return { got: "run", lease, sync, secrets, vaultLimits: { writes, reads } };
  }
  const held = await database.$statement<{ ms: number }>(
    Prisma.sql`
    SELECT ceil(extract(epoch FROM "leaseExpiresAt" - now()) * 1000)::int AS ms FROM "Sync"
    WHERE "id" = ${syncId}::uuid AND "state" = ANY(${RUNNING_STATES}) AND "leaseExpiresAt" > now()`,
    "kept",
  );
  return held[0] ? { got: "held", expiresInMs: held[0].ms } : { got: "nothing" };
}

export type RunEnd = Readonly<{
  state: Exclude<RunState, "running">;
  counts: RunCounts;
  /** How many values it read. */
  valuesRead: number;
  failure: Readonly<{ code: FailureCode; fields: FailureFields }> | null;
  /** The generation and check that are done now; absent when this run didn't get that far. */
  done: Readonly<{ generation: number; check: number }> | null;
  /** In how many milliseconds the sync is to run again by itself, or null. */
  retryInMs: number | null;
  /** How many runs in a row failed as a whole. */
  retryAttempt: number;
  /** What a run that listed the whole vault saw there: when it began to, and how many secrets. */
  vaultSeen: Readonly<{ at: Date; count: number }> | null;
  /** The plan that waits for approval; undefined leaves it as it was. */
  awaitingPlanId?: string | null | undefined;
  /** Whether a plan was applied: an approval is used up, and adopting once is over. */
  applied: boolean;
  /** Whether all that the sync wrote is removed, so that it is disconnected now. */
  disconnected: boolean;
}>;

/**
 * Ends a run, saves what it got done, tells webhooks of it and hands the lease back, in one statement.
 *
 * @param telling what webhooks are told, or null
 * @returns whether more is wanted than was done, the deliveries to webhooks, and whether the run is to be noted in the
 *   audit log; or null when the lease was lost and nothing was saved but the run's end
 */
export async function endRun(
  database: Database,
  lease: Lease,
  end: RunEnd,
  telling: Telling | null,
): Promise<{
  readonly moreWanted: boolean;
  readonly deliveries: readonly string[];
  readonly isNoted: boolean;
} | null> {
  const { counts, failure, done, vaultSeen, awaitingPlanId } = end;
  const [remembered, outbox, deliveries] = telling === null ? tellsNothing : partsOf(telling);
  const rows = await database.$statement<{ more: boolean; deliveries: string[]; noted: boolean }>(
    Prisma.sql`
    WITH held AS (
      UPDATE "Sync" SET "leaseOwner" = NULL, "leaseExpiresAt" = NULL,
        "doneGeneration" = GREATEST("doneGeneration", ${done?.generation ?? 0}),
        "doneCheck" = GREATEST("doneCheck", ${done?.check ?? 0}),
        "retryAt" = CASE WHEN ${end.retryInMs}::int IS NULL THEN NULL
          ELSE now() + ${end.retryInMs}::int * interval '1 millisecond' END,
        "retryAttempt" = ${end.retryAttempt},
        "vaultSeenAt" = COALESCE(${vaultSeen?.at ?? null}::timestamptz, "vaultSeenAt"),
        "vaultSecretCount" = COALESCE(${vaultSeen?.count ?? null}::int, "vaultSecretCount"),
        "awaitingPlanId" = CASE WHEN ${awaitingPlanId !== undefined} THEN ${awaitingPlanId ?? null}::uuid
          ELSE "awaitingPlanId" END,
        "approvedDigest" = CASE WHEN ${end.applied} THEN NULL ELSE "approvedDigest" END,
        "firstPlanAt" = CASE WHEN ${end.applied} THEN COALESCE("firstPlanAt", now()) ELSE "firstPlanAt" END,
        "existingPolicy" = CASE WHEN ${end.applied} AND ${vaultSeen !== null} AND "existingPolicy" = 'adopt-once'
          THEN 'fail' ELSE "existingPolicy" END,
        "state" = CASE WHEN ${end.disconnected} AND "state" = 'disconnecting' THEN 'disconnected' ELSE "state" END,
        "disconnectedAt" = CASE WHEN ${end.disconnected} THEN now() ELSE "disconnectedAt" END${remembered}
      WHERE ${isHeld(lease)}
      RETURNING "workspaceId", ("wantedGeneration" > "doneGeneration" OR "wantedCheck" > "doneCheck") AS more
    ), ended AS (
      UPDATE "Run" SET "total" = ${counts.total}, "created" = ${counts.created}, "updated" = ${counts.updated},
        "adopted" = ${counts.adopted}, "recovered" = ${counts.recovered}, "repaired" = ${counts.repaired},
        "deleted" = ${counts.deleted}, "unchanged" = ${counts.unchanged}, "blocked" = ${counts.blocked},
        "failed" = ${counts.failed}, "held" = ${counts.held}, "valuesRead" = ${end.valuesRead}, "checkedVault" = ${vaultSeen !== null},
        "state" = CASE WHEN EXISTS (SELECT 1 FROM held) THEN ${end.state} ELSE 'interrupted' END,
        "failureCode" = CASE WHEN EXISTS (SELECT 1 FROM held) THEN ${failure?.code ?? null} ELSE 'LEASE_LOST' END,
        "failureFields" = CASE WHEN EXISTS (SELECT 1 FROM held) THEN ${JSON.stringify(failure?.fields ?? {})}::jsonb
          ELSE '{}'::jsonb END,
        "endedAt" = now()
      WHERE "id" = ${lease.runId}::uuid AND "state" = 'running' RETURNING "audit"
    )${outbox}
    SELECT more, ${deliveries} AS "deliveries", ${unawaited},
      EXISTS (SELECT 1 FROM ended WHERE "audit" = 'due') AS "noted" FROM held`,
    "kept",
  );
  const [row] = rows;
  return row === undefined ? null : { moreWanted: row.more, deliveries: row.deliveries, isNoted: row.noted };
}

/** What telling adds to the end of a run: what is remembered of it, its events, and the ids of their deliveries. */
type TellingParts = readonly [remembered: Prisma.Sql, outbox: Prisma.Sql, deliveries: Prisma.Sql];

const tellsNothing: TellingParts = [Prisma.empty, Prisma.empty, Prisma.sql`ARRAY[]::uuid[]`];

const partsOf = ({ happenings, told }: Telling): TellingParts => [
  Prisma.sql`, "toldFailures" = ${[...told.failures]}::text[], "toldSince" = ${told.since}::timestamptz`,
  Prisma.sql`, happened AS (
      SELECT held."workspaceId", happening.* FROM held, ${happenedRows(happenings)}
    ), ${outboxParts}`,
  Prisma.sql`ARRAY(SELECT "id" FROM fanned)`,
];

/** Forgets runs that ended more than so many days ago, except each sync's newest. */
export async function forgetOldRuns(database: Queryable, days: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM "Run" r WHERE r."endedAt" < now() - ${days} * interval '1 day'
      AND EXISTS (SELECT 1 FROM "Run" n WHERE n."syncId" = r."syncId" AND n."startedAt" > r."startedAt")`;
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
