import { runsQuerySchema } from "@kvsync/contracts/api";
import { listAuditEvents, type Database } from "@kvsync/store";
import { Router } from "express";
import { parseQuery } from "../../http/parse.ts";
import { decodeTimeCursor, encodeCursor } from "../cursor.ts";
import { syncOf } from "../sync-of.ts";

/** What was done to a sync that a later reader must be able to tell. */
export function auditRoutes({ database }: Readonly<{ database: Database }>): Router {
  const router = Router({ caseSensitive: true });
  router.get("/:syncId/audit", async (request, response) => {
    const { limit, cursor } = parseQuery(runsQuerySchema, request);
    const { id } = await syncOf(database, request);
    const place = cursor === undefined ? undefined : decodeTimeCursor(cursor);
    const before = place === undefined ? {} : { before: { at: place.time, id: place.id } };
    const events = await listAuditEvents(database, id, { limit, ...before });
    const last = events.length === limit ? events.at(-1) : undefined;
    response.json({
      events: events.map(({ id: eventId, at, action, userId, tokenId, fields }) => ({
        id: eventId,
        at,
        action,
        userId,
        tokenId,
        fields,
      })),
      nextCursor: last === undefined ? null : encodeCursor({ key: last.at.toISOString(), id: last.id }),
    });
  });
  return router;
}
