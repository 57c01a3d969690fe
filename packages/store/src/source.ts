import type { Database, Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { readAll } from "./paging.ts";
import { Pairs, type Pair } from "./pairs.ts";
import { RECORD_COLUMNS } from "./records.ts";

/** A secret of an environment as a plan sees it: everything but its value. */
export type SourceSecret = Readonly<{
  id: string;
  name: string;
  /** The vault name that somebody chose for it in this sync, or null. */
  explicitName: string | null;
  /** Hexadecimal. */
  fingerprint: string;
  /** The value's length in UTF-16 code units. */
  length: number;
}>;

/**
 * The secrets that have a value in this environment, by name, with the names chosen for this sync, and all the sync's
 * records, as they stood at one moment. Reads no ciphertext.
 */
export async function readSourceAndRecords(
  database: Database,
  environmentId: string,
  syncId: string,
): Promise<Pick<Pairs, "source" | "records">> {
  const pairs = new Pairs();
  await readAll(
    database,
    Prisma.sql`
      SELECT s.*, ${RECORD_COLUMNS} FROM (
        SELECT s."id" AS "sourceId", s."name" AS "sourceName", n."vaultName" AS "explicitName",
          encode(v."fingerprint", 'hex') AS "sourceFingerprint", v."length"
        FROM "SecretValue" v JOIN "Secret" s ON s."id" = v."secretId"
        LEFT JOIN "SyncName" n ON n."syncId" = ${syncId}::uuid AND n."secretId" = s."id"
        WHERE v."environmentId" = ${environmentId}::uuid
      ) s FULL JOIN (SELECT * FROM "SyncRecord" WHERE "syncId" = ${syncId}::uuid) r ON r."secretId" = s."sourceId"
      ORDER BY s."sourceName" COLLATE "C", s."sourceId"`,
    (pair: Pair) => pairs.add(pair),
  );
  return pairs;
}

/** One value as it is stored. */
export type SealedValue = Readonly<{ secretId: string; ciphertext: Uint8Array; fingerprint: string }>;

/** The ciphertexts of these secrets. A secret that vanished meanwhile is missing from the answer. */
export async function readSealedValues(
  database: Database,
  environmentId: string,
  secretIds: readonly string[],
): Promise<SealedValue[]> {
  return database.$statement<SealedValue>(
    Prisma.sql`
    SELECT "secretId", "ciphertext", encode("fingerprint", 'hex') AS fingerprint FROM "SecretValue"
    WHERE "environmentId" = ${environmentId}::uuid AND "secretId" = ANY(${[...secretIds]}::uuid[])`,
    "kept",
  );
}

/** An environment's wrapped data key, or null when it has none yet. */
export async function readWrappedDataKey(
  database: Queryable,
  environmentId: string,
): Promise<Uint8Array | null> {
  const row = await database.dataKey.findUnique({ where: { environmentId } });
  return row?.wrappedKey ?? null;
}
