import { ApiError } from "@kvsync/contracts";
import type { AuditEventBody, AuditPageBody } from "@kvsync/contracts/api";
import {
  findNamesOfPlaces,
  listAuditEvents,
  type AuditEventRow,
  type AuditFilter,
  type Database,
} from "@kvsync/store";
import { timestamp } from "../http/timestamp.ts";
import { decodeCursor, encodeCursor } from "../syncs/cursor.ts";

/** A page of the audit log as the API answers it. @throws {ApiError} 400 `CURSOR_INVALID` */
export async function auditPage(
  database: Database,
  filter: AuditFilter,
  page: Readonly<{ limit: number; cursor: string | undefined }>,
): Promise<AuditPageBody> {
  const { limit, cursor } = page;
  const rows = await listAuditEvents(database, filter, {
    limit,
    before: cursor === undefined ? undefined : sequenceOf(cursor),
  });
  const names = await findNamesOfPlaces(
    database,
    rows.flatMap(({ projectId, environmentId, syncId }) => [projectId, environmentId, syncId]),
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    events: rows.map((row) => present(row, names)),
    nextCursor: last === undefined ? null : encodeCursor({ key: String(last.sequence), id: last.id }),
  };
}

function sequenceOf(cursor: string): number {
  const sequence = Number(decodeCursor(cursor).key);
  if (!Number.isSafeInteger(sequence))
    throw new ApiError(400, "CURSOR_INVALID", "cursor: must be the nextCursor of the page before");
  return sequence;
}

function present(row: AuditEventRow, names: ReadonlyMap<string, string>): AuditEventBody {
  const { id, userId, tokenId, action, projectId, environmentId, syncId } = row;
  const named = (place: string | null): AuditEventBody["project"] =>
    place === null ? null : { id: place, name: names.get(place) ?? null };
  return {
    id,
    sequence: Number(row.sequence),
    at: timestamp(row.at),
    actor: {
      kind: row.actorKind as AuditEventBody["actor"]["kind"],
      id: userId ?? tokenId,
      name: row.actorName,
    },
    userId,
    tokenId,
    action,
    kind: row.kind as AuditEventBody["kind"],
    entity: { type: row.entityType, id: row.entityId, name: row.entityName },
    project: named(projectId),
    environment: named(environmentId),
    sync: named(syncId),
    fields: row.fields as AuditEventBody["fields"],
    before: row.before as AuditEventBody["before"],
    after: row.after as AuditEventBody["after"],
    hash: row.hash === null ? null : Buffer.from(row.hash).toString("hex"),
  };
}
