import type { Queryable } from "./database.ts";

/** A record whose secret may take over what holds its name. */
export type AdoptionRow = Readonly<{ secretId: string; secretName: string; vaultName: string | null }>;

/**
 * Allows these secrets of a sync to take over what holds their names in the vault, whoever made it, unless it is another
 * living sync's.
 *
 * @returns the secrets that have a record; others were never looked at
 */
export async function allowAdoption(
  transaction: Queryable,
  syncId: string,
  secretIds: readonly string[],
): Promise<AdoptionRow[]> {
  return transaction.$queryRaw<AdoptionRow[]>`
    UPDATE "SyncRecord" SET "adoptionAllowedAt" = now()
    WHERE "syncId" = ${syncId}::uuid AND "secretId" = ANY(${[...secretIds]}::uuid[]) AND "state" <> 'removing'
    RETURNING "secretId", "secretName", "vaultName"`;
}
