import type { Queryable } from "./database.ts";

/** A record whose secret may take over what holds its name. */
export type AdoptionRow = Readonly<{ secretId: string; secretName: string; vaultName: string | null }>;

/**
 * Allows these secrets of a sync to take over what holds their names in the vault, whoever made it, unless it is another
 * living sync's. A secret that no run has dealt with yet, but that the plan blocks which waits for approval, gets the
 * record that a run would have left.
 *
 * @returns the secrets that have a record; others were never looked at
 */
export async function allowAdoption(
  transaction: Queryable,
  syncId: string,
  secretIds: readonly string[],
): Promise<AdoptionRow[]> {
  await transaction.$executeRaw`
    INSERT INTO "SyncRecord" ("syncId", "secretId", "secretName", "vaultName", "state", "failureCode", "failureFields",
      "failingSince", "updatedAt")
    SELECT p."syncId", a."secretId", a."secretName", a."vaultName", 'blocked', a."failureCode", a."failureFields",
      p."computedAt", now()
    FROM "SyncPlan" p JOIN "SyncPlanAction" a ON a."planId" = p."id"
    WHERE p."syncId" = ${syncId}::uuid AND p."state" = 'awaiting_approval' AND p."asks" = 'first-plan'
      AND a."kind" = 'blocked' AND a."secretId" = ANY(${[...secretIds]}::uuid[])
      AND NOT EXISTS (SELECT FROM "SyncRecord" r WHERE r."syncId" = p."syncId" AND r."secretId" = a."secretId")`;
  return transaction.$queryRaw<AdoptionRow[]>`
    UPDATE "SyncRecord" SET "adoptionAllowedAt" = now()
    WHERE "syncId" = ${syncId}::uuid AND "secretId" = ANY(${[...secretIds]}::uuid[]) AND "state" <> 'removing'
    RETURNING "secretId", "secretName", "vaultName"`;
}
