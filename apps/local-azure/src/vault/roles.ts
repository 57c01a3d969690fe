import type { Record as Sink } from "../journal/entry.ts";
import type { RoleAssignment, RoleDefinition } from "./model.ts";

/** Azure's own roles, as far as they concern secrets; data actions after Microsoft's list of built-in roles. */
export const BUILT_IN_ROLES: readonly RoleDefinition[] = [
  {
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    roleName: "Key Vault Secrets Officer",
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
    notDataActions: [],
  },
  {
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    roleName: "Key Vault Secrets User",
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
    notDataActions: [],
  },
  {
    id: "21090545-7ca7-4776-b22c-e363652d74d2",
    roleName: "Key Vault Reader",
    dataActions: [
      "Microsoft.KeyVault/vaults/*/read",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
    notDataActions: [],
  },
  {
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    roleName: "Key Vault Administrator",
    dataActions: ["Microsoft.KeyVault/vaults/*"],
    notDataActions: [],
  },
];

type Grant = Readonly<{ assignment: RoleAssignment; scope: string; allows: (action: string) => boolean }>;

/** Role definitions and assignments, and the question that vaults ask of them. */
export class Roles {
  readonly #record: Sink;
  readonly #definitions = new Map(BUILT_IN_ROLES.map((role) => [role.id, role]));
  readonly #assignments = new Map<string, RoleAssignment>();
  /** By principal, in lower case; built anew after a change. */
  #grants: Map<string, Grant[]> | undefined;

  constructor(record: Sink) {
    this.#record = record;
  }

  definition(id: string): RoleDefinition | undefined {
    return this.#definitions.get(id.toLowerCase());
  }

  assignment(id: string): RoleAssignment | undefined {
    return this.#assignments.get(id.toLowerCase());
  }

  assignments(): readonly RoleAssignment[] {
    return [...this.#assignments.values()];
  }

  customDefinitions(): readonly RoleDefinition[] {
    return [...this.#definitions.values()].filter((role) => !BUILT_IN_ROLES.includes(role));
  }

  saveDefinition(roleDefinition: RoleDefinition): void {
    this.restoreDefinition(roleDefinition);
    this.#record([{ type: "roleDefinition", roleDefinition }]);
  }

  saveAssignment(roleAssignment: RoleAssignment): void {
    this.restoreAssignment(roleAssignment);
    this.#record([{ type: "roleAssignment", roleAssignment }]);
  }

  removeAssignment(id: string): void {
    this.forgetAssignment(id);
    this.#record([{ type: "roleAssignmentRemoved", id: id.toLowerCase() }]);
  }

  restoreDefinition(role: RoleDefinition): void {
    this.#definitions.set(role.id.toLowerCase(), role);
    this.#grants = undefined;
  }

  restoreAssignment(assignment: RoleAssignment): void {
    this.#assignments.set(assignment.id.toLowerCase(), assignment);
    this.#grants = undefined;
  }

  forgetAssignment(id: string): void {
    this.#assignments.delete(id.toLowerCase());
    this.#grants = undefined;
  }

  /**
   * The assignment that allows the principal the data action on the resource, if there is one and it has propagated.
   *
   * @param resource a resource id in lower case
   * @param now milliseconds since 1970
   */
  granting(principalId: string, action: string, resource: string, now: number): RoleAssignment | undefined {
    this.#grants ??= this.#compile();
    const grant = this.#grants
      .get(principalId.toLowerCase())
      ?.find(
        ({ assignment, scope, allows }) =>
          assignment.visibleAt <= now && isWithin(resource, scope) && allows(action),
      );
    return grant?.assignment;
  }

  #compile(): Map<string, Grant[]> {
    const grants = new Map<string, Grant[]>();
    for (const assignment of this.#assignments.values()) {
      const role = this.definition(assignment.roleDefinitionId);
      if (role === undefined) continue;
      const principal = assignment.principalId.toLowerCase();
      const ofPrincipal = grants.get(principal) ?? [];
      ofPrincipal.push({
        assignment,
        scope: assignment.scope.toLowerCase(),
        allows: actionTest(role),
      });
      grants.set(principal, ofPrincipal);
    }
    return grants;
  }
}

/** Whether a role allows a data action: `*` stands for any characters, and case makes no difference. */
export function actionTest(
  role: Pick<RoleDefinition, "dataActions" | "notDataActions">,
): (action: string) => boolean {
  const patterns = (actions: readonly string[]): RegExp[] =>
    actions.map((action) => new RegExp(`^${action.split("*").map(escaped).join(".*")}$`, "i"));
  const allowed = patterns(role.dataActions);
  const refused = patterns(role.notDataActions);
  const known = new Map<string, boolean>();
  return (action) => {
    let answer = known.get(action);
    if (answer === undefined) {
      answer =
        allowed.some((pattern) => pattern.test(action)) && !refused.some((pattern) => pattern.test(action));
      known.set(action, answer);
    }
    return answer;
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function isWithin(resource: string, scope: string): boolean {
  return scope === "/" || resource === scope || resource.startsWith(`${scope}/`);
}
