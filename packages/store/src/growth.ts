import type { Queryable } from "./database.ts";

/** More versions of a secret in 24 hours than this are worth a warning. */
const MANY_IN_A_DAY = 100;
/** A secret with more than 500 versions can't be backed up any more; from here on that is near. */
const NEAR_THE_LIMIT = 450;

/** A secret whose versions grow fast, or are many. */
export type GrownSecret = Readonly<{
  secretId: string;
  secretName: string;
  vaultName: string | null;
  /** How many versions it has, as far as is known. */
  versions: number;
  /** How many were made in the last 24 hours because the source changed. */
  updates: number;
  /** How many because somebody else changed it in the vault. */
  repairs: number;
}>;

/**
 * The secrets of a sync whose versions grow fast or are many, the worst first, and how many there are in all. Source: Key
 * Vault's backup limits.
 */
export async function findGrownSecrets(
  database: Queryable,
  syncId: string,
  limit: number,
): Promise<{ readonly grown: readonly GrownSecret[]; readonly count: number }> {
  const rows = await database.$queryRaw<Array<GrownSecret & { readonly count: number }>>`
    WITH day AS (
      SELECT "secretId", sum("updates")::int AS updates, sum("repairs")::int AS repairs
      FROM "VersionCount" WHERE "syncId" = ${syncId}::uuid AND "hour" > now() - interval '24 hours'
      GROUP BY "secretId"
    )
    SELECT r."secretId", r."secretName", r."vaultName", r."versions", COALESCE(d.updates, 0) AS updates,
      COALESCE(d.repairs, 0) AS repairs, count(*) OVER ()::int AS count
    FROM "SyncRecord" r LEFT JOIN day d ON d."secretId" = r."secretId"
    WHERE r."syncId" = ${syncId}::uuid AND r."heldKey" IS NOT NULL
      AND (r."versions" >= ${NEAR_THE_LIMIT} OR d.updates + d.repairs > ${MANY_IN_A_DAY})
    ORDER BY COALESCE(d.updates + d.repairs, 0) DESC, r."secretName" LIMIT ${limit}`;
  return { grown: rows, count: rows[0]?.count ?? 0 };
}

/** Which of the two it is. */
export function growthOf({
  versions,
  updates,
  repairs,
}: GrownSecret): "VERSION_GROWTH" | "VERSION_LIMIT_NEAR" {
  return versions >= NEAR_THE_LIMIT && updates + repairs <= MANY_IN_A_DAY
    ? "VERSION_LIMIT_NEAR"
    : "VERSION_GROWTH";
}
