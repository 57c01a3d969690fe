import type { Clock } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Knobs } from "../knobs/knobs.ts";
import type { RoleAssignment, RoleDefinition, Vault } from "../vault/model.ts";
import type { Roles } from "../vault/roles.ts";
import type { RunningVault, Vaults } from "../vault/vaults.ts";
import {
  assignmentInput,
  definitionInput,
  type RoleAssignmentInput,
  type RoleDefinitionInput,
  type VaultInput,
  vaultInput,
  type VaultProperties,
} from "./arm-schemas.ts";
import { ManagementError, parseInput } from "./errors.ts";
import { isScope, vaultNameOf, vaultOfScope } from "./resource-ids.ts";

/** `created` tells a 201 from a 200. */
export type Saved<Thing> = Readonly<{ saved: Thing; created: boolean }>;

/** Vaults and roles with the rules of Azure Resource Manager. Repeating a call changes nothing. */
export class ResourceManager {
  readonly #directory: Directory;
  readonly #vaults: Vaults;
  readonly #roles: Roles;
  readonly #clock: Clock;
  readonly #knobs: Knobs;
  readonly #openPort: (vault: string) => Promise<number>;
  readonly #opening = new Map<string, Promise<number>>();

  /** @param parts `openPort` opens the listener of a new vault and gives its port */
  constructor(
    parts: Readonly<{
      directory: Directory;
      vaults: Vaults;
      roles: Roles;
      clock: Clock;
      knobs: Knobs;
      openPort: (vault: string) => Promise<number>;
    }>,
  ) {
    this.#directory = parts.directory;
    this.#vaults = parts.vaults;
    this.#roles = parts.roles;
    this.#clock = parts.clock;
    this.#knobs = parts.knobs;
    this.#openPort = parts.openPort;
  }

  /** @param id the vault's resource id */
  async putVault(id: string, input: VaultInput): Promise<Saved<Vault>> {
    const name = vaultNameOf(id);
    const { location, tags, properties } = parseInput(vaultInput, input);
    if (this.#directory.tenant(properties.tenantId) === undefined) {
      throw new ManagementError(400, "BadRequest", `The tenant '${properties.tenantId}' doesn't exist.`);
    }
    const localPort = this.#vaults.get(name)?.vault.localPort ?? (await this.#port(name));
    const before = this.#vaults.get(name)?.vault;
    if (before !== undefined) refuseChange(before, id, properties);
    const saved: Vault = {
      name: before?.name ?? name,
      id: before?.id ?? id,
      location,
      tags,
      tenantId: properties.tenantId.toLowerCase(),
      enableRbacAuthorization: properties.enableRbacAuthorization,
      accessPolicies: properties.accessPolicies,
      softDeleteRetentionInDays:
        before?.softDeleteRetentionInDays ?? properties.softDeleteRetentionInDays ?? 90,
      enablePurgeProtection: properties.enablePurgeProtection ?? before?.enablePurgeProtection ?? false,
      publicNetworkAccess: properties.publicNetworkAccess,
      networkAcls: {
        defaultAction: properties.networkAcls.defaultAction,
        ipRules: properties.networkAcls.ipRules,
      },
      localPort,
    };
    this.#vaults.save(saved);
    return { saved, created: before === undefined };
  }

  /** @throws {ManagementError} 404 */
  vault(name: string): RunningVault {
    const running = this.#vaults.get(name);
    if (running !== undefined) return running;
    throw new ManagementError(404, "ResourceNotFound", `The vault '${name}' was not found.`);
  }

  putRoleDefinition(id: string, input: RoleDefinitionInput): Saved<RoleDefinition> {
    const { roleName, permissions } = parseInput(definitionInput, input).properties;
    const before = this.#roles.definition(id);
    if (before !== undefined && !this.#roles.customDefinitions().includes(before)) {
      throw new ManagementError(400, "InvalidRoleDefinitionUpdate", "Built-in roles can't be changed.");
    }
    const saved = {
      id: id.toLowerCase(),
      roleName,
      dataActions: permissions.flatMap(({ dataActions }) => dataActions),
      notDataActions: permissions.flatMap(({ notDataActions }) => notDataActions),
    };
    this.#roles.saveDefinition(saved);
    return { saved, created: before === undefined };
  }

  /**
   * Vaults heed it after the knob `propagation.roleAssignmentMs`.
   *
   * @param scope the resource id of a subscription, resource group, vault or secret
   * @param id the assignment's GUID
   */
  putRoleAssignment(scope: string, id: string, input: RoleAssignmentInput): Saved<RoleAssignment> {
    this.#checkScope(scope);
    const { principalId, roleDefinitionId } = parseInput(assignmentInput, input).properties;
    const role = this.#roles.definition(roleDefinitionId.split("/").at(-1) ?? "");
    if (role === undefined) {
      throw new ManagementError(
        404,
        "RoleDefinitionDoesNotExist",
        `The specified role definition with ID '${roleDefinitionId}' does not exist.`,
      );
    }
    if (this.#directory.principal(principalId) === undefined) {
      throw new ManagementError(
        400,
        "PrincipalNotFound",
        `Principal ${principalId.replaceAll("-", "")} does not exist in the directory. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay.`,
      );
    }
    const wanted = { scope: scope.toLowerCase(), roleDefinitionId: role.id, principalId };
    const before = this.#roles.assignment(id);
    if (before !== undefined) {
      if (sameGrant(before, wanted)) return { saved: before, created: false };
      throw new ManagementError(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
      );
    }
    if (this.#roles.assignments().some((other) => sameGrant(other, wanted))) {
      throw new ManagementError(409, "RoleAssignmentExists", "The role assignment already exists.");
    }
    const visibleAt = this.#clock.now() + this.#knobs.values.propagation.roleAssignmentMs;
    const saved = { id: id.toLowerCase(), ...wanted, visibleAt };
    this.#roles.saveAssignment(saved);
    return { saved, created: true };
  }

  /** Undefined when there was none, which isn't an error. */
  deleteRoleAssignment(id: string): RoleAssignment | undefined {
    const before = this.#roles.assignment(id);
    if (before !== undefined) this.#roles.removeAssignment(id);
    return before;
  }

  /** The assignments at exactly this scope. */
  roleAssignments(scope: string): readonly RoleAssignment[] {
    this.#checkScope(scope);
    return this.#roles.assignments().filter((assignment) => assignment.scope === scope.toLowerCase());
  }

  #checkScope(scope: string): void {
    if (!isScope(scope)) {
      throw new ManagementError(400, "InvalidScope", `The scope '${scope}' is not a resource id known here.`);
    }
    const name = vaultOfScope(scope);
    if (name !== undefined) this.vault(name);
  }

  /** Two creations of the same vault at once open one port. */
  #port(name: string): Promise<number> {
    const key = name.toLowerCase();
    const opening = this.#opening.get(key) ?? this.#openPort(name).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }
}

function refuseChange(before: Vault, id: string, wanted: VaultProperties): void {
  if (before.id.toLowerCase() !== id.toLowerCase()) {
    throw new ManagementError(
      409,
      "VaultAlreadyExists",
      `The vault name '${before.name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
    );
  }
  if (before.tenantId !== wanted.tenantId.toLowerCase()) {
    throw new ManagementError(400, "BadRequest", "A vault's tenant can't be changed here.");
  }
  if (
    (wanted.softDeleteRetentionInDays ?? before.softDeleteRetentionInDays) !==
    before.softDeleteRetentionInDays
  ) {
    throw new ManagementError(
      400,
      "BadRequest",
      'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
    );
  }
  if (before.enablePurgeProtection && wanted.enablePurgeProtection === false) {
    throw new ManagementError(
      400,
      "BadRequest",
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  }
}

function sameGrant(
  one: Pick<RoleAssignment, "scope" | "roleDefinitionId" | "principalId">,
  other: Pick<RoleAssignment, "scope" | "roleDefinitionId" | "principalId">,
): boolean {
  return (
    one.scope === other.scope &&
    one.roleDefinitionId === other.roleDefinitionId &&
    one.principalId.toLowerCase() === other.principalId.toLowerCase()
  );
}
