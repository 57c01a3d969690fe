import { tokenScopeSchema, type TokenPerson, type ValidToken } from "@kvsync/store";
import type { Access, Caller, Role } from "./principal.ts";

/**
 * The caller behind a browser's session.
 *
 * @param onlyIn the one workspace that the session is for: that of the organisation which the person signed in through.
 *   What one organisation's provider says of somebody must not open another's workspace.
 */
export function callerByPerson(
  person: TokenPerson,
  method: "password" | "single-sign-on",
  expiresAt: Date | null,
  onlyIn?: string,
): Caller {
  const { id: userId, name, email } = person;
  const accesses = person.memberships
    .filter(({ workspaceId }) => onlyIn === undefined || workspaceId === onlyIn)
    .map(accessOf);
  return { userId, tokenId: null, name, email, method, permission: "read-write", expiresAt, accesses };
}

/**
 * The caller behind a token. A person's token may what the token says and the person may: its accesses are those of the
 * memberships, narrowed by the token's workspace and scope.
 */
export function callerByToken(token: ValidToken): Caller {
  const { id: tokenId, userId, user, expiresAt } = token;
  const permission = token.permission === "read-write" ? "read-write" : "read";
  return {
    userId,
    tokenId,
    name: user?.name ?? token.name,
    email: user?.email ?? "",
    method: "token",
    permission,
    expiresAt,
    accesses: user === null ? operatorsAccess(token) : personsAccess(token, user),
  };
}

function personsAccess({ workspaceId, scope }: ValidToken, { memberships }: TokenPerson): Access[] {
  const narrowed = tokenScopeSchema.parse(scope);
  return memberships
    .filter((membership) => workspaceId === null || membership.workspaceId === workspaceId)
    .map((membership) => {
      const access = accessOf(membership);
      return { ...access, scopes: [...access.scopes, narrowed] };
    });
}

function operatorsAccess({ workspace, role, scope }: ValidToken): Access[] {
  if (workspace === null) return [];
  const { id: workspaceId, slug: workspaceSlug, name: workspaceName } = workspace;
  const scopes = [tokenScopeSchema.parse(scope)];
  return [{ workspaceId, workspaceSlug, workspaceName, role: roleOf(role), scopes, isOwner: false }];
}

function accessOf({ workspace, role, scope, isOwner }: TokenPerson["memberships"][number]): Access {
  return {
    workspaceId: workspace.id,
    workspaceSlug: workspace.slug,
    workspaceName: workspace.name,
    role: roleOf(role),
    scopes: [tokenScopeSchema.parse(scope)],
    isOwner,
  };
}

/** A word that isn't a role gives the least of them. */
export const roleOf = (role: string | null): Role =>
  role === "admin" || role === "developer" ? role : "member";
