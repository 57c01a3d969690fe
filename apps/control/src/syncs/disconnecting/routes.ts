import { disconnectSchema } from "@kvsync/contracts/api";
import { Router } from "express";
import { parseBody } from "../../http/parse.ts";
import { presentSync } from "../presentation.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf } from "../sync-of.ts";
import { disconnect } from "./disconnect.ts";

/** Ends a sync, and with it what it wrote where somebody chooses that. */
export function disconnectingRoutes(dependencies: SyncServiceDependencies): Router {
  const router = Router({ caseSensitive: true });
  router.post("/:syncId/disconnect", async (request, response) => {
    const { secrets = "leave" } = parseBody(disconnectSchema, request) ?? {};
    const sync = await disconnect(dependencies, await addressOf(dependencies.database, request), secrets);
    response.status(sync.state === "disconnecting" ? 202 : 200).json(presentSync(sync));
  });
  return router;
}
