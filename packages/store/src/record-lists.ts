import type { FailureCode } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import type { RecordRow, RecordState } from "./records.ts";

/** Which of a sync's records; each part narrows them further. */
export type RecordFilter = Readonly<{
  syncId: string;
  states?: readonly RecordState[] | undefined;
  code?: FailureCode | undefined;
  /** Only those with one of these failures, which tell that somebody changed the vault. */
  codes?: readonly FailureCode[] | undefined;
  /** A part of the secret's name, or of its name in the vault, in any case. */
  search?: string | undefined;
}>;

export type RecordOrder = "name" | "trouble" | "failingSince" | "nextAttemptAt" | "-writtenAt";

/** What each order goes by; equal ones go by id. Records without a time come last. */
const ORDERS: Readonly<Record<RecordOrder, Readonly<{ key: Prisma.Sql; type: Prisma.Sql; down?: true }>>> = {
  name: { key: Prisma.sql`"secretName"`, type: Prisma.sql`text` },
  trouble: {
    key: Prisma.sql`(CASE WHEN "failureCode" IS NULL THEN '1' ELSE '0' END || "secretName")`,
    type: Prisma.sql`text`,
  },
  failingSince: {
    key: Prisma.sql`COALESCE("failingSince", 'infinity'::timestamptz)`,
    type: Prisma.sql`timestamptz`,
  },
  nextAttemptAt: {
    key: Prisma.sql`COALESCE("nextAttemptAt", 'infinity'::timestamptz)`,
    type: Prisma.sql`timestamptz`,
  },
  "-writtenAt": {
    key: Prisma.sql`COALESCE("writtenAt", '-infinity'::timestamptz)`,
    type: Prisma.sql`timestamptz`,
    down: true,
  },
};

/** A place in a list of records: what the order goes by, as text, and the record's id. */
export type RecordPlace = Readonly<{ key: string; id: string }>;

/** Whether a text can be the key of a place in this order. */
export function isRecordKey(order: RecordOrder, key: string): boolean {
  if (order === "name" || order === "trouble") return true;
  if (key === "infinity" || key === "-infinity") return true;
  const time = Date.parse(key);
  return time >= 0 && new Date(time).toISOString() === key;
}

/** A page of a sync's records, each with its place. */
export async function listRecords(
  database: Queryable,
  filter: RecordFilter,
  page: Readonly<{ limit: number; order?: RecordOrder; after?: RecordPlace | undefined }>,
): Promise<Array<Readonly<{ record: RecordRow; place: RecordPlace }>>> {
  const { key, type, down } = ORDERS[page.order ?? "name"];
  const direction = down === undefined ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const { after } = page;
  const further =
    after === undefined
      ? Prisma.empty
      : Prisma.sql`AND (${key}, "id") ${down === undefined ? Prisma.sql`>` : Prisma.sql`<`}
          (${after.key}::text::${type}, ${after.id}::uuid)`;
  const rows = await database.$queryRaw<Array<RecordRow & { key: string | Date }>>`
    SELECT *, ${isTime(page.order) ? keyText(key) : key} AS "key" FROM "SyncRecord"
    WHERE ${condition(filter)} ${further}
    ORDER BY ${key} ${direction}, "id" ${direction} LIMIT ${page.limit}`;
  return rows.map(({ key: place, ...record }) => ({ record, place: { key: String(place), id: record.id } }));
}

/** What a filter lets through, counted. */
export type RecordSummary = Readonly<{
  matching: number;
  /** These three are of all that the search lets through, whatever else the filter says. */
  states: Readonly<Record<RecordState, number>>;
  failures: ReadonlyArray<Readonly<{ code: FailureCode; count: number }>>;
  drifted: number;
}>;

export async function summariseRecords(
  database: Queryable,
  filter: RecordFilter,
  driftCodes: readonly FailureCode[],
): Promise<RecordSummary> {
  const { syncId, search } = filter;
  const groups = await database.$queryRaw<
    Array<{ state: RecordState; code: FailureCode | null; count: number; matching: number }>
  >`
    SELECT "state", "failureCode" AS "code", count(*)::int AS "count",
      count(*) FILTER (WHERE ${condition(filter)})::int AS "matching"
    FROM "SyncRecord" WHERE ${condition({ syncId, search })} GROUP BY 1, 2`;
  const states: Record<RecordState, number> = { pending: 0, synced: 0, failed: 0, blocked: 0, removing: 0 };
  const failures = new Map<FailureCode, number>();
  let matching = 0;
  for (const group of groups) {
    states[group.state] += group.count;
    matching += group.matching;
    if (group.code !== null) failures.set(group.code, (failures.get(group.code) ?? 0) + group.count);
  }
  return {
    matching,
    states,
    failures: [...failures].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count),
    drifted: driftCodes.reduce((sum, code) => sum + (failures.get(code) ?? 0), 0),
  };
}

export async function findRecord(database: Queryable, syncId: string, id: string): Promise<RecordRow | null> {
  return database.syncRecord.findFirst({ where: { id, syncId } });
}

function condition({ syncId, states, code, codes, search }: RecordFilter): Prisma.Sql {
  const parts = [Prisma.sql`"syncId" = ${syncId}::uuid`];
  if (states !== undefined) parts.push(Prisma.sql`"state" = ANY(${[...states]})`);
  if (code !== undefined) parts.push(Prisma.sql`"failureCode" = ${code}`);
  if (codes !== undefined) parts.push(Prisma.sql`"failureCode" = ANY(${[...codes]})`);
  if (search !== undefined) {
    const pattern = `%${literally(search)}%`;
    parts.push(Prisma.sql`("secretName" ILIKE ${pattern} OR "vaultName" ILIKE ${pattern})`);
  }
  return Prisma.join(parts, " AND ");
}

/** A search takes each character for itself; LIKE has wildcards. */
export const literally = (search: string): string => search.replaceAll(/[\\%_]/g, String.raw`\$&`);

const isTime = (order: RecordOrder = "name"): boolean => order !== "name" && order !== "trouble";

/** A time as text to the millisecond, as rows have it; the infinite ones as PostgreSQL writes them. */
const keyText = (key: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`CASE WHEN isfinite(${key}) THEN to_char(${key} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    ELSE (${key})::text END`;
