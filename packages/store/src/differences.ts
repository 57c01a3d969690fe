import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { Pairs, type Pair } from "./pairs.ts";
import { RECORD_COLUMNS, type RecordValue } from "./records.ts";
import { RestingRecords, restingLine } from "./resting-records.ts";
import type { SourceSecret } from "./source.ts";

/** What makes a secret's vault name in one sync. */
export type Naming = Readonly<{
  syncId: string;
  environmentId: string;
  vaultUrl: string;
  prefix: string;
  /** What `_` becomes in the vault, or null where it stays. */
  underscoreAs: string | null;
  /** The longest value that a vault holds, in UTF-16 code units. */
  maxLength: number;
}>;

/** Where a sync's source and its records differ, as they stood at one moment. */
export type Differences = Readonly<{
  /** By name. */
  source: readonly SourceSecret[];
  records: readonly RecordValue[];
  /** How many secrets are left out, each with its record. */
  leftOut: number;
  /** Those that are left out, where they were asked for. */
  resting: RestingRecords;
}>;

type Row = Pair & Readonly<{ leftOut: number; resting: string | null }>;

/**
 * Finds where source and records differ, in the database: of secrets that stand in the vault as they should, not one row
 * is read.
 *
 * A secret **rests** with a record when that is `synced`, holds the very name that the secret has in the vault, under the
 * secret's name of today, with the fingerprint of its value, and no run's outcome is open. Left out are a resting secret
 * and its record where no other secret lays claim to the name and no other record is the secret's. So whatever shares an
 * id or a vault name with what is returned is returned too, and a plan made of it decides as one made of everything.
 *
 * The name is worked out here a second time, as plans do it; a test compares plans of both readings.
 *
 * @param limit how many pairs of secret and record are read at most
 * @param resting whether what is left out is told too, as much of it as tells whether the vault has it so
 * @returns null when there are more
 */
export async function readDifferences(
  database: Database,
  { syncId, environmentId, vaultUrl, prefix, underscoreAs, maxLength }: Naming,
  limit: number,
  resting = false,
): Promise<Differences | null> {
  const mapped =
    underscoreAs === null ? Prisma.sql`s."name"` : Prisma.sql`replace(s."name", '_', ${underscoreAs})`;
  const isNeeded = Prisma.sql`NOT rests OR "key" IN (SELECT "key" FROM open)`;
  // In one of the rows: it may be megabytes.
  const told = resting
    ? Prisma.sql`CASE WHEN row_number() OVER () = 1
        THEN (SELECT string_agg("line", E'\\n') FROM pair WHERE NOT (${isNeeded})) END`
    : Prisma.sql`NULL`;
  const line = resting ? Prisma.sql`, ${restingLine} AS "line"` : Prisma.empty;
  const rows = await database.$statement<Row>(
    Prisma.sql`
    WITH pair AS MATERIALIZED (
      SELECT s."id" AS "secretId", s."key", r."id" AS "recordId"${line},
        COALESCE(r."state" = 'synced' AND r."heldKey" = s."key" AND r."vaultUrl" = ${vaultUrl}
          AND r."secretName" = s."name" AND r."fingerprint" = s."fingerprint" AND r."intentEpoch" IS NULL
          AND s."length" <= ${maxLength}, false) AS rests
      FROM (
        SELECT s."id", s."name", v."fingerprint", v."length", n."vaultName" AS "explicitName",
          lower(COALESCE(n."vaultName", ${prefix} || ${mapped}) COLLATE "C") AS "key"
        FROM "SecretValue" v JOIN "Secret" s ON s."id" = v."secretId"
        LEFT JOIN "SyncName" n ON n."syncId" = ${syncId}::uuid AND n."secretId" = s."id"
        WHERE v."environmentId" = ${environmentId}::uuid
      ) s
      FULL JOIN (
        SELECT "id", "secretId", "secretName", "state", "heldKey", "vaultUrl", "fingerprint", "intentEpoch",
          "vaultUpdated", "writeEpoch", "vaultProperties"
        FROM "SyncRecord" WHERE "syncId" = ${syncId}::uuid
      ) r ON r."secretId" = s."id"
    ), open AS (
      SELECT DISTINCT "key" FROM pair WHERE NOT rests AND "key" IS NOT NULL
    ), needed AS MATERIALIZED (
      SELECT "secretId", "recordId" FROM pair WHERE ${isNeeded}
    )
    SELECT counted."leftOut", ${told} AS "resting", s.*, ${RECORD_COLUMNS}
    FROM (SELECT ((SELECT count(*) FROM pair) - (SELECT count(*) FROM needed))::int AS "leftOut") counted
    LEFT JOIN (SELECT * FROM needed LIMIT ${limit + 1}) needed ON true
    -- How few they are the planner can't know: row by row, it reads no table a second time.
    LEFT JOIN LATERAL (
      SELECT s."id" AS "sourceId", s."name" AS "sourceName", n."vaultName" AS "explicitName",
        encode(v."fingerprint", 'hex') AS "sourceFingerprint", v."length"
      FROM "Secret" s JOIN "SecretValue" v ON v."secretId" = s."id" AND v."environmentId" = ${environmentId}::uuid
      LEFT JOIN "SyncName" n ON n."syncId" = ${syncId}::uuid AND n."secretId" = s."id"
      WHERE s."id" = needed."secretId" LIMIT 1
    ) s ON true
    LEFT JOIN LATERAL (SELECT * FROM "SyncRecord" WHERE "id" = needed."recordId" LIMIT 1) r ON true
    ORDER BY s."sourceName" COLLATE "C", s."sourceId"`,
    "kept",
  );
  if (rows.length > limit) return null;
  const pairs = new Pairs();
  let text: string | null = null;
  for (const { leftOut: _, resting: told, ...pair } of rows) {
    pairs.add(pair);
    text ??= told;
  }
  const { source, records } = pairs;
  return { source, records, leftOut: rows[0]?.leftOut ?? 0, resting: new RestingRecords(text ?? "") };
}
