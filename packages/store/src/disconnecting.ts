import type { Queryable } from "./database.ts";

/** A disconnected sync's records hold no names any more, so that other syncs may have them. */
export async function releaseNames(transaction: Queryable, syncId: string): Promise<void> {
  await transaction.syncRecord.updateMany({
    where: { syncId },
    data: { heldKey: null, vaultUrl: null, intentEpoch: null },
  });
}

/** How many names a sync holds in its vault. */
export async function countHeldNames(database: Queryable, syncId: string): Promise<number> {
  return database.syncRecord.count({ where: { syncId, heldKey: { not: null } } });
}
