import type { Queryable } from "./database.ts";

/** What became of a sync that a vault's tags name. */
export type OwnerState = "connected" | "disconnected";

/**
 * Which of these syncs, as a vault's tags name them, are known here, and whether they are disconnected. One that isn't
 * known may belong to another installation.
 */
export async function findOwners(
  database: Queryable,
  syncIds: readonly string[],
): Promise<ReadonlyMap<string, OwnerState>> {
  const rows = await database.$queryRaw<Array<{ id: string; disconnected: boolean }>>`
    SELECT "id"::text AS id, "state" = 'disconnected' AS "disconnected" FROM "Sync"
    WHERE "id"::text = ANY(${[...syncIds]})`;
  return new Map(rows.map(({ id, disconnected }) => [id, disconnected ? "disconnected" : "connected"]));
}
