import type { Database } from "./database.ts";
import { isHeld, standingOf, type Lease, type LeaseStanding } from "./leases.ts";
import { isUniqueViolation } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import type { RecordValue } from "./records.ts";

export type ClaimResult = Readonly<{
  standing: LeaseStanding;
  /** Records whose name another sync holds in this vault, with that sync's id. They claimed nothing. */
  taken: ReadonlyMap<string, string>;
}>;

/** How often a claim is tried that ran into another sync's at the same moment. */
const ATTEMPTS = 5;

/**
 * Notes, before the vault is asked, what a run sets out to write or remove: each record's name in the vault and the
 * run's epoch, which stay until the outcome is saved. So a run that is killed in between leaves word of what it may have
 * done, and two syncs never write one name, since a vault's name is claimed by one record alone. From now on the audit
 * log is to tell of the run, however it ends.
 *
 * @param records with the claimed `vaultUrl`, `vaultName`, `heldKey` and `intentEpoch`
 */
export async function claimNames(
  database: Database,
  lease: Lease,
  records: readonly RecordValue[],
): Promise<ClaimResult> {
  for (let attempts = 1; ; attempts += 1)
    try {
      return await claim(database, lease, records);
    } catch (error) {
      // Another sync claimed a name after this statement looked: look again.
      if (!isUniqueViolation(error) || attempts >= ATTEMPTS) throw error;
    }
}

async function claim(
  database: Database,
  lease: Lease,
  records: readonly RecordValue[],
): Promise<ClaimResult> {
  const wanted = records.map(
    ({ id, secretId, secretName, vaultName, vaultUrl, heldKey, intentEpoch, wantedFingerprint }) => ({
      id,
      secretId,
      secretName,
      vaultName,
      vaultUrl,
      heldKey,
      intentEpoch,
      wantedFingerprint,
    }),
  );
  const rows = await database.$statement<{
    state: string | null;
    taken: ReadonlyArray<readonly [string, string]> | null;
  }>(
    Prisma.sql`
    WITH held AS (
      SELECT "state" FROM "Sync" WHERE ${isHeld(lease)} FOR UPDATE
    ), wanted AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w("id" uuid, "secretId" uuid,
        "secretName" text, "vaultName" text, "vaultUrl" text, "heldKey" text, "intentEpoch" int,
        "wantedFingerprint" text)
    ), taken AS (
      SELECT w."id", o."syncId" FROM wanted w JOIN "SyncRecord" o
        ON o."vaultUrl" = w."vaultUrl" AND o."heldKey" = w."heldKey" AND o."id" <> w."id"
    ), claimed AS (
      INSERT INTO "SyncRecord" ("id", "syncId", "secretId", "secretName", "vaultName", "vaultUrl", "heldKey",
        "intentEpoch", "wantedFingerprint", "state", "updatedAt")
      SELECT w."id", ${lease.syncId}::uuid, w."secretId", w."secretName", w."vaultName", w."vaultUrl", w."heldKey",
        w."intentEpoch", decode(w."wantedFingerprint", 'hex'), 'pending', now()
      FROM held, wanted w WHERE NOT EXISTS (SELECT 1 FROM taken t WHERE t."id" = w."id")
      ON CONFLICT ("id") DO UPDATE SET "vaultName" = EXCLUDED."vaultName", "vaultUrl" = EXCLUDED."vaultUrl",
        "heldKey" = EXCLUDED."heldKey", "intentEpoch" = EXCLUDED."intentEpoch"
    ), noted AS (
      UPDATE "Run" SET "audit" = 'due', "worker" = ${lease.owner} FROM held
      WHERE "Run"."id" = ${lease.runId}::uuid AND "Run"."audit" IS NULL
    )
    SELECT (SELECT "state" FROM held) AS state,
      (SELECT jsonb_agg(jsonb_build_array(t."id", t."syncId")) FROM taken t) AS taken`,
    "kept",
  );
  const [row] = rows;
  return { standing: standingOf(row?.state), taken: new Map(row?.taken ?? []) };
}
