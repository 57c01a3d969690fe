import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Database, Queryable } from "./database.ts";
import type { SyncRecord } from "./generated/client.ts";
import { holdLease, type Lease, type LeaseStanding } from "./leases.ts";

export type RecordRow = SyncRecord;

export type RecordState = "pending" | "synced" | "failed" | "blocked" | "removing";

/** A record as plans and runs use it. */
export type RecordValue = Readonly<{
  id: string;
  secretId: string;
  secretName: string;
  vaultName: string | null;
  /** The lower-cased vault name that we hold there, or null. */
  heldKey: string | null;
  state: RecordState;
  /** Hexadecimal, of the source's value when it was last planned. */
  wantedFingerprint: string | null;
  /** Hexadecimal, of the value last written. */
  fingerprint: string | null;
  vaultVersion: string | null;
  /** Unix seconds. */
  vaultUpdated: number | null;
  /** The epoch of the run that wrote it last. */
  writeEpoch: number | null;
  attempts: number;
  failureCode: FailureCode | null;
  failureFields: FailureFields | null;
  failingSince: Date | null;
  lastAttemptAt: Date | null;
  nextAttemptAt: Date | null;
  writtenAt: Date | null;
  requestId: string | null;
}>;

/** All records of a sync. */
export async function readRecords(database: Queryable, syncId: string): Promise<RecordValue[]> {
  return database.$queryRaw<RecordValue[]>`
    SELECT "id", "secretId", "secretName", "vaultName", "heldKey", "state", encode("fingerprint", 'hex') AS fingerprint,
      encode("wantedFingerprint", 'hex') AS "wantedFingerprint", "vaultVersion", "vaultUpdated", "writeEpoch",
      "attempts", "failureCode", "failureFields", "failingSince", "lastAttemptAt", "nextAttemptAt", "writtenAt", "requestId"
    FROM "SyncRecord" WHERE "syncId" = ${syncId}::uuid`;
}

/** What changes among a sync's records. Records to forget go first, so that a name they held can be taken over. */
export type RecordChanges = Readonly<{ save: readonly RecordValue[]; forget: readonly string[] }>;

/**
 * Saves a batch of records, if the lease still stands.
 *
 * @returns how the lease stands: when it is `lost` nothing was saved
 */
export async function saveRecords(
  database: Database,
  lease: Lease,
  changes: RecordChanges,
): Promise<LeaseStanding> {
  return database.$transaction(async (transaction) => {
    const standing = await holdLease(transaction, lease);
    if (standing === "lost") return standing;
    if (changes.forget.length > 0)
      await transaction.$executeRaw`
        DELETE FROM "SyncRecord" WHERE "syncId" = ${lease.syncId}::uuid AND "id" = ANY(${[...changes.forget]}::uuid[])`;
    if (changes.save.length > 0) await upsert(transaction, lease.syncId, changes.save);
    return standing;
  });
}

async function upsert(
  transaction: Queryable,
  syncId: string,
  records: readonly RecordValue[],
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO "SyncRecord" ("id", "syncId", "secretId", "secretName", "vaultName", "heldKey", "state", "fingerprint",
      "wantedFingerprint", "vaultVersion", "vaultUpdated", "writeEpoch", "attempts", "failureCode", "failureFields", "failingSince", "lastAttemptAt",
      "nextAttemptAt", "writtenAt", "requestId", "updatedAt")
    SELECT r."id", ${syncId}::uuid, r."secretId", r."secretName", r."vaultName", r."heldKey", r."state",
      decode(r."fingerprint", 'hex'), decode(r."wantedFingerprint", 'hex'), r."vaultVersion", r."vaultUpdated",
      r."writeEpoch", r."attempts", r."failureCode",
      r."failureFields", r."failingSince", r."lastAttemptAt", r."nextAttemptAt", r."writtenAt", r."requestId", now()
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r("id" uuid, "secretId" uuid, "secretName" text,
      "vaultName" text, "heldKey" text, "state" text, "fingerprint" text, "wantedFingerprint" text,
      "vaultVersion" text, "vaultUpdated" int, "writeEpoch" int, "attempts" int, "failureCode" text, "failureFields" jsonb, "failingSince" timestamptz,
      "lastAttemptAt" timestamptz, "nextAttemptAt" timestamptz, "writtenAt" timestamptz, "requestId" text)
    ON CONFLICT ("id") DO UPDATE SET "secretId" = EXCLUDED."secretId", "secretName" = EXCLUDED."secretName",
      "vaultName" = EXCLUDED."vaultName", "heldKey" = EXCLUDED."heldKey", "state" = EXCLUDED."state",
      "fingerprint" = EXCLUDED."fingerprint", "wantedFingerprint" = EXCLUDED."wantedFingerprint",
      "vaultVersion" = EXCLUDED."vaultVersion", "vaultUpdated" = EXCLUDED."vaultUpdated",
      "writeEpoch" = EXCLUDED."writeEpoch", "attempts" = EXCLUDED."attempts",
      "failureCode" = EXCLUDED."failureCode", "failureFields" = EXCLUDED."failureFields",
      "failingSince" = EXCLUDED."failingSince", "lastAttemptAt" = EXCLUDED."lastAttemptAt",
      "nextAttemptAt" = EXCLUDED."nextAttemptAt", "writtenAt" = EXCLUDED."writtenAt",
      "requestId" = EXCLUDED."requestId", "updatedAt" = now()`;
}

/** One page of a sync's records, by name, for the API. */
export async function listRecords(
  database: Queryable,
  filter: Readonly<{ syncId: string; states?: readonly RecordState[]; search?: string }>,
  page: Readonly<{ limit: number; after?: Readonly<{ secretName: string; id: string }> }>,
): Promise<RecordRow[]> {
  const { after } = page;
  return database.syncRecord.findMany({
    where: {
      syncId: filter.syncId,
      ...(filter.states ? { state: { in: [...filter.states] } } : {}),
      ...(filter.search ? { secretName: { contains: filter.search, mode: "insensitive" as const } } : {}),
      ...(after
        ? {
            OR: [
              { secretName: { gt: after.secretName } },
              { secretName: after.secretName, id: { gt: after.id } },
            ],
          }
        : {}),
    },
    orderBy: [{ secretName: "asc" }, { id: "asc" }],
    take: page.limit,
  });
}

/** How many records of each state a sync has. */
export async function countRecords(
  database: Queryable,
  syncId: string,
): Promise<Record<RecordState, number>> {
  const groups = await database.syncRecord.groupBy({ by: ["state"], where: { syncId }, _count: true });
  const counts: Record<RecordState, number> = { pending: 0, synced: 0, failed: 0, blocked: 0, removing: 0 };
  for (const group of groups) if (group.state in counts) counts[group.state as RecordState] = group._count;
  return counts;
}

/** When the first of a sync's failing secrets is to be tried again, or null. */
export async function nextRecordAttempt(database: Queryable, syncId: string): Promise<Date | null> {
  const { _min } = await database.syncRecord.aggregate({ where: { syncId }, _min: { nextAttemptAt: true } });
  return _min.nextAttemptAt;
}
