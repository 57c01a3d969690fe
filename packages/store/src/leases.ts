import type { Database, Queryable } from "./database.ts";
import type { SyncRow } from "./syncs.ts";

/** The right to run one sync, held by one worker until it expires. Every later owner has a higher epoch. */
export type Lease = Readonly<{ syncId: string; owner: string; epoch: number }>;

export type LeaseAttempt =
  | { readonly got: "lease"; readonly lease: Lease; readonly sync: SyncRow }
  /** Another worker holds it; it ends in `expiresInMs` at the latest unless it is renewed. */
  | { readonly got: "held"; readonly expiresInMs: number }
  /** The sync isn't in a state to run (paused, disconnected, not set up), or doesn't exist. */
  | { readonly got: "nothing" };

/**
 * Tries to take a sync's lease, in one statement. Time is the database's, so that workers' clocks don't matter.
 *
 * @param ttlMs how long it lasts unless renewed, in milliseconds
 */
export async function acquireLease(
  database: Database,
  syncId: string,
  owner: string,
  ttlMs: number,
): Promise<LeaseAttempt> {
  const rows = await database.$queryRaw<SyncRow[]>`
    UPDATE "Sync" SET "leaseOwner" = ${owner}, "leaseEpoch" = "leaseEpoch" + 1,
      "leaseExpiresAt" = now() + ${ttlMs} * interval '1 millisecond'
    WHERE "id" = ${syncId}::uuid AND "state" IN ('active', 'failing') AND "environmentId" IS NOT NULL
      AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= now())
    RETURNING *`;
  const sync = rows[0];
  if (sync) return { got: "lease", lease: { syncId, owner, epoch: sync.leaseEpoch }, sync };
  const held = await database.$queryRaw<Array<{ ms: number }>>`
    SELECT ceil(extract(epoch FROM "leaseExpiresAt" - now()) * 1000)::int AS ms FROM "Sync"
    WHERE "id" = ${syncId}::uuid AND "state" IN ('active', 'failing') AND "leaseExpiresAt" > now()`;
  return held[0] ? { got: "held", expiresInMs: held[0].ms } : { got: "nothing" };
}

/**
 * Prolongs a lease. False when it was lost: another epoch runs, it expired, or the sync was paused or disconnected.
 */
export async function renewLease(database: Queryable, lease: Lease, ttlMs: number): Promise<boolean> {
  const count = await database.$executeRaw`
    UPDATE "Sync" SET "leaseExpiresAt" = now() + ${ttlMs} * interval '1 millisecond'
    WHERE "id" = ${lease.syncId}::uuid AND "leaseEpoch" = ${lease.epoch} AND "leaseExpiresAt" > now()
      AND "state" IN ('active', 'failing')`;
  return count === 1;
}

/** Whether a lease still stands, and whether its sync may still run: it may have been paused or disconnected. */
export type LeaseStanding = "running" | "told-to-stop" | "lost";

/**
 * Locks the sync's row for this transaction and tells whether the lease still stands. What a worker saves, it saves in a
 * transaction that begins with this, so that the late results of one that lost its lease are refused.
 */
export async function holdLease(transaction: Queryable, lease: Lease): Promise<LeaseStanding> {
  const rows = await transaction.$queryRaw<Array<{ state: string }>>`
    SELECT "state" FROM "Sync" WHERE "id" = ${lease.syncId}::uuid AND "leaseEpoch" = ${lease.epoch}
      AND "leaseExpiresAt" > now() FOR UPDATE`;
  const [row] = rows;
  if (row === undefined) return "lost";
  return row.state === "active" || row.state === "failing" ? "running" : "told-to-stop";
}

/** Hands a lease back without having finished. Does nothing when it was lost already. */
export async function releaseLease(database: Queryable, lease: Lease): Promise<void> {
  await database.$executeRaw`
    UPDATE "Sync" SET "leaseExpiresAt" = NULL, "leaseOwner" = NULL
    WHERE "id" = ${lease.syncId}::uuid AND "leaseEpoch" = ${lease.epoch}`;
}
