import { ApiError } from "@kvsync/contracts";
import type { Actor, TokenScope } from "@kvsync/store";
import type { Request, RequestHandler } from "express";

export type Role = "admin" | "developer" | "member";
export type Permission = "read" | "read-write";

/** What somebody may do in one workspace, and where in it. */
export type Access = Readonly<{
  workspaceId: string;
  workspaceSlug: string;
  workspaceName: string;
  role: Role;
  /** Each of them must reach a place: the membership's and, where a token is presented, the token's. */
  scopes: readonly TokenScope[];
  isOwner: boolean;
}>;

/** Who asks: a person in a browser, a person's token, or a token of the operators'. */
export type Caller = Readonly<{
  /** The person, if there is one. */
  userId: string | null;
  /** The token that was presented, or stands behind a JWT; null for a browser's session. */
  tokenId: string | null;
  /** The person's name, or the token's. */
  name: string;
  /** The person's e-mail address; empty for a token without a person. */
  email: string;
  /** How the caller signed in. */
  method: "password" | "single-sign-on" | "token";
  permission: Permission;
  /** When the token or the session ends, or null. */
  expiresAt: Date | null;
  /** The workspaces within reach. */
  accesses: readonly Access[];
}>;

/** Who asks, in one workspace. */
export type Principal = Omit<Caller, "accesses"> & Access;

const callers = new WeakMap<Request, Caller>();

export function setCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** For a request that goes on for long, before it is asked anew who it is. */
export function forgetCaller(request: Request): void {
  callers.delete(request);
}

/** Whether anybody asks: false for a request without credentials, or with a session that ended. */
export function isSignedIn(request: Request): boolean {
  return callers.has(request);
}

/** Who asks. @throws {ApiError} 401 `UNAUTHENTICATED` */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");
  return caller;
}

/** Lets only those on who are signed in. */
export const requireSignIn: RequestHandler = (request, _response, next) => {
  callerOf(request);
  next();
};

/**
 * Who asks, in the workspace with this slug or id; without one, in the only workspace in reach. A workspace out of reach
 * is answered like one that doesn't exist.
 *
 * @throws {ApiError} 401 `UNAUTHENTICATED`, 404 `WORKSPACE_NOT_FOUND`, 400 `WORKSPACE_NEEDED` where none is named and
 *   there isn't just one
 */
export function principalIn(request: Request, workspace?: string): Principal {
  const { accesses, ...caller } = callerOf(request);
  if (workspace === undefined && accesses.length !== 1)
    throw new ApiError(400, "WORKSPACE_NEEDED", "workspace: name one, as you have access to several or none");
  const access =
    workspace === undefined
      ? accesses[0]
      : (accesses.find(({ workspaceSlug }) => workspaceSlug === workspace) ??
        accesses.find(({ workspaceId }) => workspaceId === workspace.toLowerCase()));
  if (access === undefined) throw new ApiError(404, "WORKSPACE_NOT_FOUND", "Workspace not found");
  return { ...caller, ...access };
}

/**
 * The principal, if that is an admin of the whole workspace; for changes, one that may write.
 *
 * @param request tells whether it is a change
 * @throws {ApiError} 403 `FORBIDDEN`
 */
export function requireAdmin(request: Request, principal: Principal): Principal {
  if (!mayWrite(request, principal) || !isAdmin(principal)) throw forbidden();
  return principal;
}

/**
 * Who asks, if that is an admin of the whole workspace; for changes, one that may write.
 *
 * @throws {ApiError} as {@link principalIn} and {@link requireAdmin} do
 */
export function adminIn(request: Request, workspace?: string): Principal {
  requireAdminSomewhere(request);
  return requireAdmin(request, principalIn(request, workspace));
}

/**
 * For what no workspace is named in: whoever is an admin nowhere learns nothing about what there is.
 *
 * @throws {ApiError} 401, 403 `FORBIDDEN`
 */
export function requireAdminSomewhere(request: Request): void {
  const caller = callerOf(request);
  if (!mayWrite(request, caller) || !caller.accesses.some(isAdmin)) throw forbidden();
}

/**
 * Whether somebody is an admin of all of the workspace. An admin whose scope is narrower is none: members, tokens, single
 * sign-on and syncs concern the whole of it, as several syncs share a vault. Within the scope they may what a developer
 * may.
 */
export const isAdmin = ({ role, scopes }: Pick<Access, "role" | "scopes">): boolean =>
  role === "admin" && reachesAll(scopes);

/** The principal, if that may write. @throws {ApiError} 403 `FORBIDDEN` */
export function requireChange(request: Request, principal: Principal): Principal {
  if (!mayWrite(request, principal)) throw forbidden();
  return principal;
}

function mayWrite({ method }: Request, { permission }: Pick<Caller, "permission">): boolean {
  return method === "GET" || method === "HEAD" || permission === "read-write";
}

/** @throws {ApiError} 403 `FORBIDDEN` unless the principal may change secrets */
export function requireWrite({ permission, role }: Pick<Principal, "permission" | "role">): void {
  if (permission !== "read-write" || role === "member") throw forbidden();
}

/** Who acts, for the audit. */
export function actorOf({ userId, tokenId }: Pick<Caller, "userId" | "tokenId">): Actor {
  return { userId, tokenId };
}

export function forbidden(): ApiError {
  return new ApiError(403, "FORBIDDEN", "Insufficient permissions");
}

/** Where something lies in the hierarchy, as far as the scope asks. */
export type Place = Readonly<{ teamId: string; projectId: string; environmentId?: string }>;

/** Whether the scopes reach a place: each all of the workspace, or the place's team, project or environment. */
export function reaches(scopes: readonly TokenScope[], place: Place): boolean {
  return scopes.every(
    (scope) =>
      scope.all ||
      scope.teams.includes(place.teamId) ||
      scope.projects.includes(place.projectId) ||
      (place.environmentId !== undefined && scope.environments.includes(place.environmentId)),
  );
}

/** Whether the scopes reach a team with all that is to come in it. */
export function reachesTeam(scopes: readonly TokenScope[], teamId: string): boolean {
  return scopes.every((scope) => scope.all || scope.teams.includes(teamId));
}

/** Whether the scopes reach all of the workspace. */
export function reachesAll(scopes: readonly TokenScope[]): boolean {
  return scopes.every((scope) => scope.all);
}
