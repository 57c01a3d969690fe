import type { SetupSourceBody } from "@kvsync/contracts/api";
import {
  countSecrets,
  countValues,
  listEnvironments,
  listSecretNames,
  listSyncs,
  type Database,
  type SyncState,
} from "@kvsync/store";
import { Router } from "express";
import { syncOf } from "../sync-of.ts";

/** How many names are answered: enough to see what a name policy makes of a project's names. */
const MOST_NAMES = 10_000;

/** What there is to sync, for who sets a sync up. Reads no value. */
export function sourceRoutes({ database }: Readonly<{ database: Database }>): Router {
  const router = Router({ caseSensitive: true });
  router.get("/:syncId/source", async (request, response) => {
    const { id, workspaceId, projectId } = await syncOf(database, request);
    const [secretNames, secretCount, environments, counts, syncs] = await Promise.all([
      listSecretNames(database, projectId, MOST_NAMES),
      countSecrets(database, projectId),
      listEnvironments(database, projectId),
      countValues(database, projectId),
      listSyncs(database, { workspaceId, projectId }),
    ]);
    const others = syncs.filter((sync) => sync.id !== id);
    const source: SetupSourceBody = {
      secretNames,
      secretCount,
      environments: environments.map((environment) => ({
        id: environment.id,
        name: environment.name,
        secretCount: counts.get(environment.id) ?? 0,
        syncs: others
          .filter(({ environmentId }) => environmentId === environment.id)
          .map(({ id: syncId, name, state, vaultUrl, prefix }) => ({
            id: syncId,
            name,
            state: state as SyncState,
            vaultUrl,
            prefix,
          })),
      })),
    };
    response.json(source);
  });
  return router;
}
