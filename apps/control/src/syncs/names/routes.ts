import { ApiError } from "@kvsync/contracts";
import { chosenNameSchema, nameParamsSchema, pageQuerySchema } from "@kvsync/contracts/api";
import {
  chooseName,
  findChosenName,
  findSecret,
  listChosenNames,
  noValues,
  note,
  releaseName,
  wantRun,
} from "@kvsync/store";
import { Router } from "express";
import { tellNextPage } from "../../http/list-page.ts";
import { parseBody, parseParams, parseQuery } from "../../http/parse.ts";
import { nameOfCursor } from "../../secrets/name-cursor.ts";
import { placeOf } from "../audit/noting.ts";
import { inLockedSync, ringIfRunning } from "../locked-change.ts";
import type { SyncServiceDependencies } from "../service.ts";
import { addressOf, syncOf } from "../sync-of.ts";

/** Names in the vault that are chosen for single secrets, and win over prefix and name policy. */
export function nameRoutes(dependencies: SyncServiceDependencies): Router {
  const { database } = dependencies;
  const router = Router({ caseSensitive: true });

  router.get("/:syncId/names", async (request, response) => {
    const { page } = parseQuery(pageQuerySchema, request);
    const { id } = await syncOf(database, request);
    const asked = page && { limit: page.limit, after: nameOfCursor(page.cursor) };
    const names = await listChosenNames(database, id, asked);
    tellNextPage(response, names, page, ({ secretName: key, secretId }) => ({ key, id: secretId }));
    response.json(names);
  });

  router.put("/:syncId/names/:secretId", async (request, response) => {
    const { vaultName } = parseBody(chosenNameSchema, request);
    const { secretId } = parseParams(nameParamsSchema, request);
    const address = await addressOf(database, request);
    const { actor } = address;
    const sync = await inLockedSync(database, address, "name", async (transaction, before) => {
      const { id: syncId, projectId } = before;
      const secret = await findSecret(transaction, projectId, { id: secretId }, noValues);
      if (secret === null) throw new ApiError(404, "SECRET_NOT_FOUND", "Secret not found");
      const other = await findChosenName(transaction, syncId, vaultName, secretId);
      if (other !== null)
        throw new ApiError(
          409,
          "NAME_TAKEN",
          `“${other.vaultName}” is chosen for ${other.secretName} already. Key Vault doesn't tell upper from lower case.`,
        );
      await chooseName(transaction, { syncId, secretId, vaultName });
      const fields = { secretId, secretName: secret.name, vaultName };
      await wantRun(transaction, syncId);
      await note(transaction, [{ ...placeOf(before), actor, action: "name.chosen", fields }]);
      return before;
    });
    await ringIfRunning(dependencies, sync, "change");
    response.json({ secretId, vaultName });
  });

  router.delete("/:syncId/names/:secretId", async (request, response) => {
    const { secretId } = parseParams(nameParamsSchema, request);
    const address = await addressOf(database, request);
    const { actor } = address;
    const sync = await inLockedSync(database, address, "name", async (transaction, before) => {
      const { id: syncId } = before;
      const vaultName = await releaseName(transaction, syncId, secretId);
      if (vaultName === null) throw new ApiError(404, "NAME_NOT_FOUND", "No name is chosen for this secret");
      const fields = { secretId, vaultName };
      await wantRun(transaction, syncId);
      await note(transaction, [{ ...placeOf(before), actor, action: "name.released", fields }]);
      return before;
    });
    await ringIfRunning(dependencies, sync, "change");
    response.status(204).end();
  });

  return router;
}
