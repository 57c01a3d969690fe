import type { Queryable } from "./database.ts";

/**
 * Ends all that a sync may still do, for one that is disconnected now. Its records hold no names any more, so that other
 * syncs may have them; and it has no lease any more, so that a run under way claims and saves nothing from now on and
 * stops.
 */
export async function releaseSync(transaction: Queryable, syncId: string): Promise<void> {
  await transaction.sync.update({
    where: { id: syncId },
    data: { leaseOwner: null, leaseExpiresAt: null },
  });
  await transaction.run.updateMany({
    where: { syncId, state: "running" },
    data: { state: "interrupted", endedAt: new Date() },
  });
  await transaction.syncRecord.updateMany({
    where: { syncId },
    data: { heldKey: null, vaultUrl: null, intentEpoch: null },
  });
}

/** How many names a sync holds in its vault. */
export async function countHeldNames(database: Queryable, syncId: string): Promise<number> {
  return database.syncRecord.count({ where: { syncId, heldKey: { not: null } } });
}
