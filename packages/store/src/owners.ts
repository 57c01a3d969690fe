import type { Queryable } from "./database.ts";

/**
 * Which of these syncs, as a vault's tags name them, are disconnected. One that isn't known here isn't among them: it may
 * belong to another installation.
 */
export async function findDisconnected(
  database: Queryable,
  syncIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.$queryRaw<Array<{ id: string }>>`
    SELECT "id"::text AS id FROM "Sync" WHERE "id"::text = ANY(${[...syncIds]}) AND "state" = 'disconnected'`;
  return new Set(rows.map((row) => row.id));
}
