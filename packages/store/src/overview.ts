import type { FailureCode } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { literally } from "./record-lists.ts";
import type { RecordState } from "./records.ts";
import type { SyncRow } from "./syncs.ts";

/** The worst first; packages/contracts says what each means. */
export const healthOrder = ["failing", "attention", "working", "setup", "healthy", "paused"] as const;
export type Health = (typeof healthOrder)[number];

export type OverviewFilter = Readonly<{
  workspaceId: string;
  projectId?: string | undefined;
  search?: string | undefined;
}>;

export type OverviewRow = SyncRow &
  Readonly<{
    health: Health;
    projectName: string;
    projectSlug: string;
    environmentName: string | null;
    /** The place in the order, for the next page. */
    key: string;
  }>;

/**
 * How each sync does. Of the failing the longest failing come first, of others it goes by name; the key has both, so that
 * a page begins where the one before ended whatever happened in between.
 */
const standing = (filter: OverviewFilter): Prisma.Sql => Prisma.sql`
  SELECT s.*, p."name" AS "projectName", p."slug" AS "projectSlug", e."name" AS "environmentName", h."health",
    array_position(${[...healthOrder]}::text[], h."health")::text || ' '
      || COALESCE(to_char(s."failingSince" AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS'), '9') || ' ' || s."name" AS "key"
  FROM "Sync" s
  JOIN "Project" p ON p."id" = s."projectId"
  LEFT JOIN "Environment" e ON e."id" = s."environmentId"
  LEFT JOIN LATERAL (SELECT r."state" FROM "Run" r WHERE r."syncId" = s."id"
    ORDER BY r."startedAt" DESC, r."id" DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT true AS "running" FROM "Run" r WHERE r."syncId" = s."id" AND r."state" = 'running'
    AND s."leaseExpiresAt" > now() LIMIT 1) u ON true
  CROSS JOIN LATERAL (SELECT CASE
    WHEN s."state" = 'failing' OR (r."state" = 'failed' AND s."state" = 'active') THEN 'failing'
    WHEN s."state" IN ('awaiting_azure', 'awaiting_environment') THEN 'setup'
    WHEN s."state" = 'paused' THEN 'paused'
    WHEN s."awaitingPlanId" IS NOT NULL OR EXISTS (SELECT 1 FROM "SyncRecord" b WHERE b."syncId" = s."id"
      AND b."state" IN ('failed', 'blocked')) THEN 'attention'
    WHEN s."state" IN ('validating', 'disconnecting') OR u."running" THEN 'working'
    ELSE 'healthy' END AS "health") h
  WHERE s."workspaceId" = ${filter.workspaceId}::uuid AND s."state" <> 'disconnected'
    ${filter.projectId === undefined ? Prisma.empty : Prisma.sql`AND s."projectId" = ${filter.projectId}::uuid`}
    ${filter.search === undefined ? Prisma.empty : matches(filter.search)}`;

function matches(search: string): Prisma.Sql {
  const pattern = `%${literally(search)}%`;
  return Prisma.sql`AND (s."name" ILIKE ${pattern} OR p."name" ILIKE ${pattern} OR e."name" ILIKE ${pattern}
    OR s."vaultUrl" ILIKE ${pattern})`;
}

/** A page of a workspace's syncs that aren't disconnected, the worst first. */
export async function listOverview(
  database: Queryable,
  filter: OverviewFilter & Readonly<{ healths?: readonly Health[] | undefined }>,
  page: Readonly<{ limit: number; after?: Readonly<{ key: string; id: string }> | undefined }>,
): Promise<OverviewRow[]> {
  const { healths } = filter;
  const { after, limit } = page;
  return database.$queryRaw<OverviewRow[]>`
    SELECT * FROM (${standing(filter)}) o
    WHERE ${healths === undefined ? Prisma.sql`true` : Prisma.sql`"health" = ANY(${[...healths]})`}
      ${after === undefined ? Prisma.empty : Prisma.sql`AND ("key", "id") > (${after.key}, ${after.id}::uuid)`}
    ORDER BY "key", "id" LIMIT ${limit}`;
}

/** How many syncs do how. */
export async function countHealths(
  database: Queryable,
  filter: OverviewFilter,
): Promise<Record<Health, number>> {
  const rows = await database.$queryRaw<Array<{ health: Health; count: number }>>`
    SELECT "health", count(*)::int AS "count" FROM (${standing(filter)}) o GROUP BY 1`;
  const counts = Object.fromEntries(healthOrder.map((health) => [health, 0])) as Record<Health, number>;
  for (const { health, count } of rows) counts[health] = count;
  return counts;
}

export type RecordStanding = Readonly<{ records: Record<RecordState, number>; drifted: number }>;

/** How many records of each of these syncs are in which state, and how many of them drifted. */
export async function countRecordsOf(
  database: Queryable,
  syncIds: readonly string[],
  driftCodes: readonly FailureCode[],
): Promise<Map<string, RecordStanding>> {
  const rows = await database.$queryRaw<
    Array<{ syncId: string; state: RecordState; count: number; drifted: number }>
  >`
    SELECT "syncId", "state", count(*)::int AS "count",
      count(*) FILTER (WHERE "failureCode" = ANY(${[...driftCodes]}))::int AS "drifted"
    FROM "SyncRecord" WHERE "syncId" = ANY(${[...syncIds]}::uuid[]) GROUP BY 1, 2`;
  const standings = new Map<string, RecordStanding>(syncIds.map((id) => [id, noRecords()]));
  for (const { syncId, state, count, drifted } of rows) {
    const before = standings.get(syncId) ?? noRecords();
    const records = { ...before.records, [state]: count };
    standings.set(syncId, { records, drifted: before.drifted + drifted });
  }
  return standings;
}

const noRecords = (): RecordStanding => ({
  records: { pending: 0, synced: 0, failed: 0, blocked: 0, removing: 0 },
  drifted: 0,
});

/** The vaults of a workspace's living syncs, those of the latest runs first. */
export async function listVaults(database: Queryable, workspaceId: string, limit: number): Promise<string[]> {
  const rows = await database.$queryRaw<Array<{ vaultUrl: string }>>`
    SELECT "vaultUrl" FROM "Sync" WHERE "workspaceId" = ${workspaceId}::uuid AND "vaultUrl" IS NOT NULL
      AND "state" <> 'disconnected' GROUP BY 1 ORDER BY max("updatedAt") DESC LIMIT ${limit}`;
  return rows.map(({ vaultUrl }) => vaultUrl);
}
