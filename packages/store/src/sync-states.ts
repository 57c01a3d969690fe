import type { Queryable } from "./database.ts";
import type { Sync } from "./generated/client.ts";
import type { NamePage } from "./secrets.ts";

/** How one secret stands in one vault. */
export type SyncStateRow = Readonly<{
  secretId: string;
  syncId: string;
  state: string;
  recordId: string | null;
  code: string | null;
}>;

/** The syncs of an environment that weren't disconnected, oldest first. */
export async function listSyncsOfEnvironment(database: Queryable, environmentId: string): Promise<Sync[]> {
  return database.sync.findMany({
    where: { environmentId, state: { not: "disconnected" } },
    orderBy: { createdAt: "asc" },
  });
}

/** The secrets that have a value in an environment, by name. */
export async function listNamesIn(
  database: Queryable,
  environmentId: string,
  { limit, after }: NamePage,
): Promise<Array<{ id: string; name: string }>> {
  return database.secret.findMany({
    where: { values: { some: { environmentId } }, ...(after === undefined ? {} : { name: { gt: after } }) },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
    take: limit,
  });
}

/**
 * How these secrets stand in the vaults of these syncs. One that was written with another value than it has now is
 * pending, as is one without a record; of two records, as after a new name, the one that isn't on its way out counts.
 */
export async function readSyncStates(
  database: Queryable,
  environmentId: string,
  syncIds: readonly string[],
  secretIds: readonly string[],
): Promise<SyncStateRow[]> {
  return database.$queryRaw<SyncStateRow[]>`
    SELECT DISTINCT ON (v."secretId", y."id") v."secretId", y."id" AS "syncId", r."id" AS "recordId",
      CASE WHEN r."id" IS NULL OR (r."state" = 'synced' AND r."fingerprint" IS DISTINCT FROM v."fingerprint")
        THEN 'pending' ELSE r."state" END AS state,
      r."failureCode" AS code
    FROM "SecretValue" v CROSS JOIN unnest(${[...syncIds]}::uuid[]) AS y("id")
    LEFT JOIN "SyncRecord" r ON r."syncId" = y."id" AND r."secretId" = v."secretId"
    WHERE v."environmentId" = ${environmentId}::uuid AND v."secretId" = ANY(${[...secretIds]}::uuid[])
    ORDER BY v."secretId", y."id", (r."state" = 'removing'), r."updatedAt" DESC`;
}
