import { ApiError } from "@kvsync/contracts";
import { nothingSchema, type LocalAzureBody } from "@kvsync/contracts/api";
import type { Logger } from "@kvsync/runtime";
import { findProject, type Database } from "@kvsync/store";
import { Router } from "express";
import { parseBody } from "../http/parse.ts";
import { nextState, standingOf } from "../syncs/lifecycle.ts";
import { setupGuide, type SetupGuide } from "../syncs/setup-guide.ts";
import { addressOf, syncOf } from "../syncs/sync-of.ts";
import { AzureSetup, type Trust } from "./azure-setup.ts";
import { managementClient } from "./management-client.ts";
import type { LocalAzureSettings } from "./settings.ts";
import { vaultNameOf } from "./vault-name.ts";

export type LocalAzureDependencies = Readonly<{
  database: Database;
  issuer: string;
  audience: string;
  logger: Logger;
  /** Undefined where no local Azure stands in for Azure. */
  localAzure: LocalAzureSettings | undefined;
}>;

/** Does in local Azure what a person does in the portal, so that a first sync needs nothing else. */
export function localAzureRoutes(dependencies: LocalAzureDependencies): Router {
  const { database, issuer, audience, logger, localAzure } = dependencies;
  const router = Router({ caseSensitive: true });
  router.post("/:syncId/local-azure", async (request, response) => {
    parseBody(nothingSchema, request);
    await addressOf(database, request);
    const sync = await syncOf(database, request);
    if (localAzure === undefined)
      throw new ApiError(404, "LOCAL_AZURE_ABSENT", "No local Azure stands in for Azure here.");
    nextState(standingOf(sync), "connect");
    const project = await findProject(database, sync.workspaceId, sync.projectId);
    const vaultName = vaultNameOf(project?.slug ?? "", sync.id);
    try {
      response.json(await setUp(localAzure, vaultName, setupGuide(sync.id, issuer, audience)));
    } catch (error) {
      logger.error({ err: error, syncId: sync.id }, "local Azure couldn't be set up");
      throw new ApiError(
        503,
        "LOCAL_AZURE_UNAVAILABLE",
        "Local Azure didn't do it. See whether it is running, and try again.",
      );
    }
  });
  return router;
}

async function setUp(
  settings: LocalAzureSettings,
  vaultName: string,
  { snippet, role }: Pick<SetupGuide, "snippet" | "role">,
): Promise<LocalAzureBody> {
  const azure = new AzureSetup(managementClient(settings), settings.subscriptionId);
  const applicationName = `kvsync ${vaultName}`;
  const tenantId = await azure.tenant();
  const vault = await azure.vault(vaultName, tenantId);
  const { objectId, clientId, principalId } = await azure.application(applicationName);
  await azure.federatedCredential(objectId, snippet satisfies Trust);
  await azure.roleAssignment(vault.id, role.id, principalId);
  return {
    tenantId,
    clientId,
    vaultUrl: vault.vaultUrl,
    applicationName,
    credentialName: snippet.name,
    roleName: role.name,
  };
}
