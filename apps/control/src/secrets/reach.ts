import { findMembership, type Actor, type Database, type SecretView } from "@kvsync/store";
import type { Request } from "express";
import { actorOf, requireWrite } from "../access/principal.ts";
import { environmentNotFound, reachProject, requireWorkspace } from "../workspaces/reach.ts";

/** What of a project's secrets the caller may see and, where they may write at all, change. */
export type SecretReach = Readonly<{
  workspaceId: string;
  /** The caller. */
  actor: Actor;
  projectId: string;
  environmentIds: ReadonlySet<string>;
  /** Whether it is all of the project, also what is to come. */
  whole: boolean;
  view: SecretView;
}>;

/**
 * What the caller sees of the project that the path names.
 *
 * @throws {ApiError} 404 `PROJECT_NOT_FOUND`
 */
export async function readableSecrets(database: Database, request: Request): Promise<SecretReach> {
  const { project, environments, whole } = await reachProject(database, request);
  const principal = requireWorkspace(request);
  const { workspaceId, userId } = principal;
  const personalIn = environments.filter(({ hasPersonalOverrides }) => hasPersonalOverrides);
  const memberId =
    userId === null || personalIn.length === 0 ? null : await findMembership(database, workspaceId, userId);
  const environmentIds = environments.map(({ id }) => id);
  const own = memberId === null ? null : { memberId, environmentIds: personalIn.map(({ id }) => id) };
  return {
    workspaceId,
    actor: actorOf(principal),
    projectId: project.id,
    environmentIds: new Set(environmentIds),
    whole,
    view: { environmentIds, own },
  };
}

/**
 * The same for a change.
 *
 * @throws {ApiError} 404 `PROJECT_NOT_FOUND`, 403 `FORBIDDEN`
 */
export async function writableSecrets(database: Database, request: Request): Promise<SecretReach> {
  const reach = await readableSecrets(database, request);
  requireWrite(requireWorkspace(request));
  return reach;
}

/** What is seen of one environment alone. @throws {ApiError} 404 `ENVIRONMENT_NOT_FOUND` */
export function viewOf({ view, environmentIds }: SecretReach, environmentId: string | undefined): SecretView {
  if (environmentId === undefined) return view;
  if (!environmentIds.has(environmentId)) throw environmentNotFound();
  const own =
    view.own?.environmentIds.includes(environmentId) === true
      ? { memberId: view.own.memberId, environmentIds: [environmentId] }
      : null;
  return { environmentIds: [environmentId], own };
}

/** @throws {ApiError} 404 `ENVIRONMENT_NOT_FOUND` unless all of them are in reach */
export function requireEnvironments(reach: SecretReach, environmentIds: readonly string[]): void {
  if (environmentIds.some((id) => !reach.environmentIds.has(id))) throw environmentNotFound();
}
