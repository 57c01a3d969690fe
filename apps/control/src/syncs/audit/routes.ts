import { runsQuerySchema } from "@kvsync/contracts/api";
import type { Database } from "@kvsync/store";
import { Router } from "express";
import { auditPage } from "../../audit/page.ts";
import { parseQuery } from "../../http/parse.ts";
import { syncOf } from "../sync-of.ts";

/** What was done to a sync that a later reader must be able to tell. */
export function auditRoutes({ database }: Readonly<{ database: Database }>): Router {
  const router = Router({ caseSensitive: true });
  router.get("/:syncId/audit", async (request, response) => {
    const { limit, cursor } = parseQuery(runsQuerySchema, request);
    const { id: syncId, workspaceId } = await syncOf(database, request);
    response.json(await auditPage(database, { workspaceId, syncId }, { limit, cursor }));
  });
  return router;
}
