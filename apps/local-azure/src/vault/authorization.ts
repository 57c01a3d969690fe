import type { VaultOperation } from "../operations.ts";
import { deny } from "./errors.ts";
import type { RoleAssignment, Vault } from "./model.ts";
import type { Roles } from "./roles.ts";
import type { Caller } from "./authentication.ts";

/** What an operation needs: a data action in RBAC mode, a permission under access policies (source: the Key Vault REST specification). */
type Need = Readonly<{ action: string; permission: string }>;

const need = (action: string, permission: string): Need => ({
  action: `Microsoft.KeyVault/vaults/secrets/${action}`,
  permission,
});

const NEEDS: Readonly<Record<Exclude<VaultOperation, "unknown">, Need>> = {
  setSecret: need("setSecret/action", "set"),
  getSecret: need("getSecret/action", "get"),
  updateSecret: need("update/action", "set"),
  listSecrets: need("readMetadata/action", "list"),
  listSecretVersions: need("readMetadata/action", "list"),
  deleteSecret: need("delete", "delete"),
  getDeletedSecret: need("readMetadata/action", "get"),
  listDeletedSecrets: need("readMetadata/action", "list"),
  recoverDeletedSecret: need("recover/action", "recover"),
  purgeDeletedSecret: need("purge/action", "purge"),
  backupSecret: need("backup/action", "backup"),
  restoreSecret: need("restore/action", "restore"),
};

/**
 * Lets the caller's operation pass, by the assignment that is returned in RBAC mode.
 *
 * @param name the secret's name; empty for operations on the whole vault
 * @param now milliseconds since 1970
 * @throws {VaultError} ForbiddenByRbac or ForbiddenByPolicy
 */
export function authorize(
  roles: Roles,
  vault: Vault,
  caller: Caller,
  operation: Exclude<VaultOperation, "unknown">,
  name: string,
  now: number,
): RoleAssignment | undefined {
  const { action, permission } = NEEDS[operation];
  if (!vault.enableRbacAuthorization) {
    const isAllowed = vault.accessPolicies.some(
      ({ objectId, permissions }) =>
        objectId.toLowerCase() === caller.oid.toLowerCase() &&
        permissions.secrets.some((given) => ["all", permission].includes(given.toLowerCase())),
    );
    if (!isAllowed) throw deny.byPolicy(vault, caller, permission);
    return undefined;
  }
  const resource = (name === "" ? vault.id : `${vault.id}/secrets/${name}`).toLowerCase();
  const assignment = roles.granting(caller.oid, action, resource, now);
  if (assignment === undefined) throw deny.byRbac(vault, caller, action, resource);
  return assignment;
}
