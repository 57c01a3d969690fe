import { ApiError } from "@kvsync/contracts";
import type { TokenScope } from "@kvsync/store";
import type { Request } from "express";

export type Role = "admin" | "developer" | "member";
export type Permission = "read" | "read-write";

/** Who asks: what a token may do and where. */
export type Principal = Readonly<{
  tokenId: string;
  tokenName: string;
  workspaceId: string;
  workspaceSlug: string;
  permission: Permission;
  role: Role;
  scope: TokenScope;
  /** When the token ends, or null. */
  expiresAt: Date | null;
}>;

const principals = new WeakMap<Request, Principal>();

export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** Whether anybody asks: false for a request without credentials, or with a session whose token ended. */
export function isSignedIn(request: Request): boolean {
  return principals.has(request);
}

/** Who asks. @throws {ApiError} 401 `UNAUTHENTICATED` */
export function principalOf(request: Request): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new ApiError(401, "UNAUTHENTICATED", "Invalid or expired token");
  return principal;
}

/**
 * Who asks, if that is an admin whose token reaches the whole workspace; for changes, one that may write.
 *
 * @throws {ApiError} 401 `UNAUTHENTICATED`, 403 `FORBIDDEN`
 */
export function adminOf(request: Request): Principal {
  const principal = principalOf(request);
  const reads = request.method === "GET" || request.method === "HEAD";
  if (principal.role !== "admin" || !principal.scope.all || (!reads && principal.permission !== "read-write"))
    throw forbidden();
  return principal;
}

/** @throws {ApiError} 403 `FORBIDDEN` unless the token may change secrets */
export function requireWrite(principal: Principal): void {
  if (principal.permission !== "read-write" || principal.role === "member") throw forbidden();
}

export function forbidden(): ApiError {
  return new ApiError(403, "FORBIDDEN", "Insufficient permissions");
}

/** Where something lies in the hierarchy, as far as the scope asks. */
export type Place = Readonly<{ teamId: string; projectId: string; environmentId?: string }>;

/** Whether a scope reaches a place: all of the workspace, or the place's team, project or environment. */
export function reaches(scope: TokenScope, place: Place): boolean {
  return (
    scope.all ||
    scope.teams.includes(place.teamId) ||
    scope.projects.includes(place.projectId) ||
    (place.environmentId !== undefined && scope.environments.includes(place.environmentId))
  );
}
