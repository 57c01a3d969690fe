import { deleteSecretsSchema, importSchema, syncStatesQuerySchema } from "@kvsync/contracts/api";
import { listNamesIn, listSyncsOfEnvironment, readSyncStates } from "@kvsync/store";
import { Router } from "express";
import { requireAdmin } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseQuery } from "../http/parse.ts";
import { requireWorkspace } from "../workspaces/reach.ts";
import { importSecrets } from "./importing/import.ts";
import { nameOfCursor, nextCursor } from "./name-cursor.ts";
import { readableSecrets, requireEnvironments, writableSecrets } from "./reach.ts";
import { deleteSecrets, type SecretServiceDependencies } from "./service.ts";
import { presentSyncStates } from "./sync-states.ts";

const BASE = "/workspace/:workspace/project/:project";

/** What concerns many secrets at once. */
export function secretBatchRoutes(dependencies: SecretServiceDependencies): Router {
  const { database } = dependencies;
  const router = Router();

  router.post(`${BASE}/secret-import`, async (request, response) => {
    const reach = await writableSecrets(database, request);
    const input = parseBody(importSchema, request);
    requireEnvironments(reach, [input.environmentId]);
    response.json(await importSecrets(dependencies, reach, input));
  });

  router.post(`${BASE}/secret-deletion`, async (request, response) => {
    const reach = await writableSecrets(database, request);
    const deleted = await deleteSecrets(dependencies, reach, parseBody(deleteSecretsSchema, request));
    response.json({ success: true, deleted });
  });

  router.get(`${BASE}/sync-states`, async (request, response) => {
    requireAdmin(request, requireWorkspace(request));
    const reach = await readableSecrets(database, request);
    const { environmentId, limit, cursor } = parseQuery(syncStatesQuerySchema, request);
    requireEnvironments(reach, [environmentId]);
    const after = nameOfCursor(cursor);
    const [syncs, names] = await Promise.all([
      listSyncsOfEnvironment(database, environmentId),
      listNamesIn(database, environmentId, { limit, after }),
    ]);
    const ids = names.map(({ id }) => id);
    const rows = await readSyncStates(
      database,
      environmentId,
      syncs.map(({ id }) => id),
      ids,
    );
    response.json(presentSyncStates(syncs, ids, rows, nextCursor(names, limit)));
  });

  return refuseOtherMethods(router);
}
