import type { Database, Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { isHeld, standingOf, unawaited, type Lease, type LeaseStanding } from "./leases.ts";
import type { RecordValue } from "./records.ts";
import type { RunCounts } from "./runs.ts";

/** A version beside a secret's first: what makes its versions grow, and why. */
export type GrownVersion = Readonly<{ secretId: string; cause: "update" | "repair" }>;

/** What a run got done since it saved last. */
export type Progress = Readonly<{
  save: readonly RecordValue[];
  /** Ids of records. They go first, so that a name they held can be taken over. */
  forget: readonly string[];
  grown: readonly GrownVersion[];
  counts: RunCounts;
  /** How many values it read. */
  valuesRead: number;
}>;

/**
 * Saves what a run got done and how far it is, if the lease still stands.
 *
 * @returns how the lease stands: when it is `lost` nothing was saved
 */
export async function saveProgress(
  database: Database,
  lease: Lease,
  { save, forget, grown, counts, valuesRead }: Progress,
): Promise<LeaseStanding> {
  if (forget.length > 0 && (await forgetRecords(database, lease, forget)) === "lost") return "lost";
  const rows = await database.$statement<{ state: string }>(
    Prisma.sql`
    WITH held AS (
      SELECT "state" FROM "Sync" WHERE ${isHeld(lease)} FOR UPDATE
    ), saved AS (
      INSERT INTO "SyncRecord" ("id", "syncId", "secretId", "secretName", "vaultName", "vaultUrl", "heldKey", "state",
        "intentEpoch", "fingerprint", "wantedFingerprint", "vaultVersion", "vaultUpdated", "vaultProperties",
        "writeEpoch", "versions", "attempts", "failureCode", "failureFields", "failingSince", "lastAttemptAt",
        "nextAttemptAt", "writtenAt", "requestId", "updatedAt")
      SELECT r."id", ${lease.syncId}::uuid, r."secretId", r."secretName", r."vaultName", r."vaultUrl", r."heldKey",
        r."state", r."intentEpoch", decode(r."fingerprint", 'hex'), decode(r."wantedFingerprint", 'hex'),
        r."vaultVersion", r."vaultUpdated", NULLIF(r."vaultProperties", 'null'::jsonb), r."writeEpoch", r."versions",
        r."attempts", r."failureCode", NULLIF(r."failureFields", 'null'::jsonb), r."failingSince", r."lastAttemptAt",
        r."nextAttemptAt", r."writtenAt", r."requestId", now()
      FROM held, jsonb_to_recordset(${JSON.stringify(save)}::jsonb) AS r("id" uuid, "secretId" uuid,
        "secretName" text, "vaultName" text, "vaultUrl" text, "heldKey" text, "state" text, "intentEpoch" int,
        "fingerprint" text, "wantedFingerprint" text, "vaultVersion" text, "vaultUpdated" int, "vaultProperties" jsonb,
        "writeEpoch" int, "versions" int, "attempts" int, "failureCode" text, "failureFields" jsonb,
        "failingSince" timestamptz, "lastAttemptAt" timestamptz, "nextAttemptAt" timestamptz,
        "writtenAt" timestamptz, "requestId" text)
      ON CONFLICT ("id") DO UPDATE SET "secretId" = EXCLUDED."secretId", "secretName" = EXCLUDED."secretName",
        "vaultName" = EXCLUDED."vaultName", "vaultUrl" = EXCLUDED."vaultUrl", "heldKey" = EXCLUDED."heldKey",
        "state" = EXCLUDED."state", "intentEpoch" = EXCLUDED."intentEpoch", "fingerprint" = EXCLUDED."fingerprint",
        "wantedFingerprint" = EXCLUDED."wantedFingerprint", "vaultVersion" = EXCLUDED."vaultVersion",
        "vaultUpdated" = EXCLUDED."vaultUpdated", "vaultProperties" = EXCLUDED."vaultProperties",
        "writeEpoch" = EXCLUDED."writeEpoch", "versions" = EXCLUDED."versions", "attempts" = EXCLUDED."attempts",
        "failureCode" = EXCLUDED."failureCode", "failureFields" = EXCLUDED."failureFields",
        "failingSince" = EXCLUDED."failingSince", "lastAttemptAt" = EXCLUDED."lastAttemptAt",
        "nextAttemptAt" = EXCLUDED."nextAttemptAt", "writtenAt" = EXCLUDED."writtenAt",
        "requestId" = EXCLUDED."requestId", "updatedAt" = now(),
        -- What somebody allowed is used up once the secret stands in the vault.
        "adoptionAllowedAt" = CASE WHEN EXCLUDED."state" <> 'synced' THEN "SyncRecord"."adoptionAllowedAt" END,
        "removalApprovedAt" = CASE WHEN EXCLUDED."state" <> 'synced' THEN "SyncRecord"."removalApprovedAt" END
    ), grown AS (
      INSERT INTO "VersionCount" ("syncId", "secretId", "hour", "updates", "repairs")
      SELECT ${lease.syncId}::uuid, g."secretId", date_trunc('hour', now()),
        count(*) FILTER (WHERE g."cause" = 'update'), count(*) FILTER (WHERE g."cause" = 'repair')
      FROM held, jsonb_to_recordset(${JSON.stringify(grown)}::jsonb) AS g("secretId" uuid, "cause" text)
      GROUP BY g."secretId"
      ON CONFLICT ("syncId", "secretId", "hour") DO UPDATE SET
        "updates" = "VersionCount"."updates" + EXCLUDED."updates",
        "repairs" = "VersionCount"."repairs" + EXCLUDED."repairs"
    ), counted AS (
      UPDATE "Run" SET "total" = ${counts.total}, "created" = ${counts.created}, "updated" = ${counts.updated},
        "adopted" = ${counts.adopted}, "recovered" = ${counts.recovered}, "repaired" = ${counts.repaired},
        "deleted" = ${counts.deleted}, "unchanged" = ${counts.unchanged}, "blocked" = ${counts.blocked},
        "failed" = ${counts.failed}, "held" = ${counts.held}, "valuesRead" = ${valuesRead}
      FROM held WHERE "Run"."id" = ${lease.runId}::uuid AND "Run"."state" = 'running'
    )
    SELECT "state", ${unawaited} FROM held`,
    "kept",
  );
  return standingOf(rows[0]?.state);
}

/** Forgets counts of versions that no warning asks for any more: those of more than two days ago. */
export async function forgetOldVersionCounts(database: Queryable): Promise<number> {
  return database.$executeRaw`DELETE FROM "VersionCount" WHERE "hour" < now() - interval '2 days'`;
}

async function forgetRecords(
  database: Database,
  lease: Lease,
  ids: readonly string[],
): Promise<LeaseStanding> {
  const rows = await database.$statement<{ state: string }>(
    Prisma.sql`
    WITH held AS (
      SELECT "state" FROM "Sync" WHERE ${isHeld(lease)} FOR UPDATE
    ), forgotten AS (
      DELETE FROM "SyncRecord" USING held
      WHERE "syncId" = ${lease.syncId}::uuid AND "id" = ANY(${[...ids]}::uuid[])
    )
    SELECT "state" FROM held`,
    "kept",
  );
  return standingOf(rows[0]?.state);
}
