import type { Queryable } from "./database.ts";

/**
 * Has failing secrets of a sync tried again by its next run, which is wanted from now on.
 *
 * @param secretIds which; undefined for all that fail
 * @returns the ids of the secrets that failed until now
 */
export async function retryRecords(
  transaction: Queryable,
  syncId: string,
  secretIds: readonly string[] | undefined,
): Promise<string[]> {
  const rows = await transaction.$queryRaw<Array<{ secretId: string }>>`
    UPDATE "SyncRecord" SET "nextAttemptAt" = now()
    WHERE "syncId" = ${syncId}::uuid AND "failureCode" IS NOT NULL
      AND (${secretIds === undefined} OR "secretId" = ANY(${[...(secretIds ?? [])]}::uuid[]))
    RETURNING "secretId"`;
  if (rows.length > 0)
    // A run under way decides by what it read before; the raised generation brings another after it.
    await transaction.$executeRaw`
      UPDATE "Sync" SET "wantedGeneration" = "wantedGeneration" + 1, "retryAt" = now() WHERE "id" = ${syncId}::uuid`;
  return rows.map(({ secretId }) => secretId);
}

/** Which of these secrets a sync has a record of. */
export async function findRecorded(
  database: Queryable,
  syncId: string,
  secretIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database.syncRecord.findMany({
    where: { syncId, secretId: { in: [...secretIds] } },
    select: { secretId: true },
  });
  return new Set(rows.map(({ secretId }) => secretId));
}
