import type { Queryable } from "../database.ts";
import type { AuditEvent } from "../generated/client.ts";

export type AuditEventRow = AuditEvent;

/** Which entries are asked for. */
export type AuditFilter = Readonly<{
  workspaceId: string;
  action?: string;
  entityType?: string;
  entityId?: string;
  /** A person or a token. */
  actorId?: string;
  syncId?: string;
  from?: Date;
  /** Not included. */
  to?: Date;
}>;

/** One page of a workspace's audit log, newest first. */
export async function listAuditEvents(
  database: Queryable,
  filter: AuditFilter,
  page: Readonly<{ limit: number; before?: number | undefined }>,
): Promise<AuditEventRow[]> {
  const { from, to, actorId, ...equal } = filter;
  return database.auditEvent.findMany({
    where: {
      ...equal,
      ...(from === undefined && to === undefined
        ? {}
        : { at: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
      ...(actorId === undefined ? {} : { OR: [{ userId: actorId }, { tokenId: actorId }] }),
      ...(page.before === undefined ? {} : { sequence: { lt: page.before } }),
    },
    orderBy: { sequence: "desc" },
    take: page.limit,
  });
}

/** The names that projects, environments and syncs have now, by id. Those that are gone are left out. */
export async function findNamesOfPlaces(
  database: Queryable,
  ids: ReadonlyArray<string | null>,
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await database.$queryRaw<Array<{ id: string; name: string }>>`
    SELECT "id", "name" FROM "Project" WHERE "id" = ANY(${wanted}::uuid[])
    UNION ALL SELECT "id", "name" FROM "Environment" WHERE "id" = ANY(${wanted}::uuid[])
    UNION ALL SELECT "id", "name" FROM "Sync" WHERE "id" = ANY(${wanted}::uuid[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}
