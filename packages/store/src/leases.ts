import type { Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import type { SyncState } from "./syncs.ts";

/**
 * The right to run one sync, held by one worker until it expires. Every later owner has a higher epoch, and what is saved
 * under it also asks for the run that began with it: see {@link isHeld}.
 */
export type Lease = Readonly<{ syncId: string; owner: string; epoch: number; runId: string }>;

/**
 * Of the sync's row: that the lease stands. A run's begin isn't waited for on disk, so a database that crashed may have
 * forgotten it, and give its epoch to another; the run's row is then forgotten with it.
 */
export const isHeld = ({ syncId, epoch, runId }: Lease): Prisma.Sql => Prisma.sql`
  "id" = ${syncId}::uuid AND "leaseEpoch" = ${epoch} AND "leaseExpiresAt" > now()
  AND EXISTS (SELECT 1 FROM "Run" WHERE "Run"."id" = ${runId}::uuid)`;

/**
 * Of a statement's answer: its commit isn't waited for on disk (asynchronous commit, PostgreSQL's manual, chapter 28.4).
 * For what a run notes of itself. A database that crashes may forget the last moments of it, but nothing from before them:
 * then the run looks like one whose worker was killed there, and the next one mends it. What a run claims before it asks
 * the vault is waited for, and all that was noted before is on disk with it.
 */
export const unawaited = Prisma.sql`set_config('synchronous_commit', 'off', true) AS "unawaited"`;

/** The states of a sync in which it runs. Each statement that asks for them names them like this. */
export const RUNNING_STATES: readonly SyncState[] = ["active", "failing", "disconnecting"];

/**
 * Prolongs a lease. False when it was lost: another epoch runs, it expired, or the sync was paused or disconnected.
 */
export async function renewLease(database: Queryable, lease: Lease, ttlMs: number): Promise<boolean> {
  const count = await database.$executeRaw`
    UPDATE "Sync" SET "leaseExpiresAt" = now() + ${ttlMs} * interval '1 millisecond'
    WHERE ${isHeld(lease)} AND "state" = ANY(${RUNNING_STATES})`;
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
    SELECT "state" FROM "Sync" WHERE ${isHeld(lease)} FOR UPDATE`;
  const [row] = rows;
  if (row === undefined) return "lost";
  return standingOf(row.state);
}

/** How a lease stands whose sync's row was found under it, in this state. */
export function standingOf(state: string | null | undefined): LeaseStanding {
  if (state === null || state === undefined) return "lost";
  return (RUNNING_STATES as readonly string[]).includes(state) ? "running" : "told-to-stop";
}
