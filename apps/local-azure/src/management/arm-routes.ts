import type { Answer } from "../http/exchange.ts";
import type { RoleAssignment, RoleDefinition, Vault } from "../vault/model.ts";
import type { RoleAssignmentInput, RoleDefinitionInput, VaultInput } from "./arm-schemas.ts";
import type { ResourceManager, Saved } from "./resource-manager.ts";
import type { ManagementRoute } from "./router.ts";

const VAULT =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+))$/i;
const GUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
const DEFINITION = new RegExp(`^(.*)/providers/Microsoft\\.Authorization/roleDefinitions/(${GUID})$`, "i");
const ASSIGNMENT = new RegExp(`^(.*)/providers/Microsoft\\.Authorization/roleAssignments/(${GUID})$`, "i");
const ASSIGNMENTS = /^(.*)\/providers\/Microsoft\.Authorization\/roleAssignments$/i;

/** Where a vault is reached: `vaultUri` as in Azure by its name, `localUri` by a port of its own. */
export type VaultAddresses = (
  vault: Vault,
  port: number | undefined,
) => Readonly<{
  vaultUri: string;
  localUri: string;
}>;

/** The subset of Azure Resource Manager that setting a vault up takes. `api-version` is accepted and not needed. */
export function armRoutes(manager: ResourceManager, addresses: VaultAddresses): ManagementRoute[] {
  const vaultBody = (vault: Vault, port: number | undefined): Record<string, unknown> => ({
    id: vault.id,
    name: vault.name,
    type: "Microsoft.KeyVault/vaults",
    location: vault.location,
    tags: vault.tags,
    properties: {
      sku: { family: "A", name: "standard" },
      tenantId: vault.tenantId,
      accessPolicies: vault.accessPolicies,
      networkAcls: { bypass: "AzureServices", ...vault.networkAcls, virtualNetworkRules: [] },
      enableSoftDelete: true,
      softDeleteRetentionInDays: vault.softDeleteRetentionInDays,
      enableRbacAuthorization: vault.enableRbacAuthorization,
      ...(vault.enablePurgeProtection ? { enablePurgeProtection: true } : {}),
      publicNetworkAccess: vault.publicNetworkAccess,
      provisioningState: "Succeeded",
      ...addresses(vault, port),
    },
  });
  return [
    {
      method: "PUT",
      pattern: VAULT,
      handle: async ({ exchange, parameters: [id = ""], body }) => {
        const { saved, created } = await manager.putVault(id, body as VaultInput);
        return { status: created ? 201 : 200, body: vaultBody(saved, exchange.host.port) };
      },
    },
    {
      method: "GET",
      pattern: VAULT,
      handle: ({ exchange, parameters: [, name = ""] }) => ({
        status: 200,
        body: vaultBody(manager.vault(name).vault, exchange.host.port),
      }),
    },
    {
      method: "PUT",
      pattern: DEFINITION,
      handle: ({ parameters: [scope = "", id = ""], body }) =>
        answer(manager.putRoleDefinition(id, body as RoleDefinitionInput), (role) =>
          definitionBody(scope, role),
        ),
    },
    {
      method: "PUT",
      pattern: ASSIGNMENT,
      handle: ({ parameters: [scope = "", id = ""], body }) =>
        answer(manager.putRoleAssignment(scope, id, body as RoleAssignmentInput), assignmentBody),
    },
    {
      method: "GET",
      pattern: ASSIGNMENTS,
      handle: ({ parameters: [scope = ""] }) => ({
        status: 200,
        body: { value: manager.roleAssignments(scope).map(assignmentBody) },
      }),
    },
    {
      method: "DELETE",
      pattern: ASSIGNMENT,
      handle: ({ parameters: [, id = ""] }) => {
        const removed = manager.deleteRoleAssignment(id);
        return removed === undefined ? { status: 204 } : { status: 200, body: assignmentBody(removed) };
      },
    },
  ];
}

function answer<Thing>({ saved, created }: Saved<Thing>, body: (thing: Thing) => unknown): Answer {
  return { status: created ? 201 : 200, body: body(saved) };
}

function definitionBody(scope: string, role: RoleDefinition): Record<string, unknown> {
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`,
    name: role.id,
    type: "Microsoft.Authorization/roleDefinitions",
    properties: {
      roleName: role.roleName,
      type: "CustomRole",
      permissions: [
        { actions: [], notActions: [], dataActions: role.dataActions, notDataActions: role.notDataActions },
      ],
    },
  };
}

function assignmentBody({
  scope,
  id,
  principalId,
  roleDefinitionId,
}: RoleAssignment): Record<string, unknown> {
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`,
    name: id,
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`,
      principalId,
      principalType: "ServicePrincipal",
      scope,
    },
  };
}
