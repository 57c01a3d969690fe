import type { FailureCode, FailureFields } from "@kvsync/contracts";
import type { Database, Queryable } from "./database.ts";
import { Prisma, type SyncRecord } from "./generated/client.ts";
import { readAll } from "./paging.ts";

export type RecordRow = SyncRecord;

export type RecordState = "pending" | "synced" | "failed" | "blocked" | "removing";

/** What a new version takes over from the vault's secret, since Key Vault doesn't by itself. Times are Unix seconds. */
export type CarriedProperties = Readonly<{
  /** Tags that aren't ours. */
  tags: Readonly<Record<string, string>>;
  contentType?: string | undefined;
  notBefore?: number | undefined;
  expires?: number | undefined;
}>;

/** A record as plans and runs use it. */
export type RecordValue = Readonly<{
  id: string;
  secretId: string;
  secretName: string;
  vaultName: string | null;
  /** The vault in which the name is held; null where none is. */
  vaultUrl: string | null;
  /** The lower-cased vault name that we hold there, or null. Claimed before the first write. */
  heldKey: string | null;
  state: RecordState;
  /** The epoch of the run that set out to write or remove it, as long as it isn't known what came of it. */
  intentEpoch: number | null;
  /** Hexadecimal, of the source's value when it was last planned. */
  wantedFingerprint: string | null;
  /** Hexadecimal, of the value last written; null when none is known to have arrived. */
  fingerprint: string | null;
  vaultVersion: string | null;
  /** Unix seconds. */
  vaultUpdated: number | null;
  /** Null where there is nothing to take over. */
  vaultProperties: CarriedProperties | null;
  /** The epoch of the run that wrote it last. */
  writeEpoch: number | null;
  /** How many versions the vault's secret has, as far as is known. */
  versions: number;
  attempts: number;
  failureCode: FailureCode | null;
  failureFields: FailureFields | null;
  failingSince: Date | null;
  lastAttemptAt: Date | null;
  nextAttemptAt: Date | null;
  writtenAt: Date | null;
  /** Whether somebody allowed it to take over what holds its name. Set by control alone. */
  adoptionAllowed: boolean;
  /** Whether somebody approved its removal from the vault. Set by control alone. */
  removalApproved: boolean;
  requestId: string | null;
}>;

/** What is read of a record, whose row the query calls `r`. What was read so goes through {@link slimmer}. */
export const RECORD_COLUMNS = Prisma.sql`
  r."id", r."secretId", r."secretName", r."vaultName", r."vaultUrl", r."heldKey", r."state", r."intentEpoch",
  encode(r."fingerprint", 'hex') AS fingerprint,
  NULLIF(encode(r."wantedFingerprint", 'hex'), encode(r."fingerprint", 'hex')) AS "wantedFingerprint",
  r."vaultVersion", r."vaultUpdated", r."vaultProperties", r."writeEpoch", r."versions", r."attempts",
  r."failureCode", r."failureFields", r."failingSince", r."lastAttemptAt", r."nextAttemptAt", r."writtenAt",
  r."adoptionAllowedAt" IS NOT NULL AS "adoptionAllowed", r."removalApprovedAt" IS NOT NULL AS "removalApproved",
  r."requestId"`;

/** All records of a sync. */
export async function readRecords(database: Database, syncId: string): Promise<RecordValue[]> {
  const records: RecordValue[] = [];
  const slim = slimmer();
  await readAll(
    database,
    Prisma.sql`SELECT ${RECORD_COLUMNS} FROM "SyncRecord" r WHERE r."syncId" = ${syncId}::uuid`,
    (row: RecordValue) => void records.push(slim(row)),
  );
  return records;
}

/** The records of a sync that hold these keys in this vault. */
export async function readHeldRecords(
  database: Database,
  syncId: string,
  vaultUrl: string,
  keys: readonly string[],
): Promise<RecordValue[]> {
  const records: RecordValue[] = [];
  const slim = slimmer();
  await readAll(
    database,
    Prisma.sql`SELECT ${RECORD_COLUMNS} FROM "SyncRecord" r WHERE r."syncId" = ${syncId}::uuid
      AND r."vaultUrl" = ${vaultUrl} AND r."heldKey" = ANY(${[...keys]}::text[])`,
    (row: RecordValue) => void records.push(slim(row)),
  );
  return records;
}

/** Keeps what equal rows share once: a sync may have a hundred thousand records. */
export function slimmer(): (row: RecordValue) => RecordValue {
  const shared = new Map<string, string>();
  const share = <Text extends string | null>(text: Text): Text => {
    if (text === null) return text;
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return (known ?? text) as Text;
  };
  return (row) => {
    const { secretName } = row;
    const vaultName = row.vaultName === secretName ? secretName : row.vaultName;
    const sameTime = row.lastAttemptAt?.getTime() === row.writtenAt?.getTime();
    return {
      ...row,
      vaultName,
      heldKey: row.heldKey === vaultName ? vaultName : row.heldKey,
      vaultUrl: share(row.vaultUrl),
      state: share(row.state),
      wantedFingerprint: row.wantedFingerprint ?? row.fingerprint,
      lastAttemptAt: sameTime ? row.writtenAt : row.lastAttemptAt,
    };
  };
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
