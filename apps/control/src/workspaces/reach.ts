import { ApiError } from "@kvsync/contracts";
import {
  findEnvironmentOfWorkspace,
  findProjectWithEnvironments,
  type Database,
  type EnvironmentRow,
  type ProjectRow,
} from "@kvsync/store";
import type { Request } from "express";
import { principalIn, reaches, type Place, type Principal } from "../access/principal.ts";

/**
 * Who asks, in the workspace that the path names. One out of reach is answered like one that doesn't exist.
 *
 * @throws {ApiError} 401, 404 `WORKSPACE_NOT_FOUND`
 */
export function requireWorkspace(request: Request): Principal {
  return principalIn(request, String(request.params["workspace"]));
}

export type ReachableProject = Readonly<{
  project: ProjectRow;
  /** The environments that the token reaches. */
  environments: readonly EnvironmentRow[];
  /** Whether it reaches all of the project, also what is to come. */
  whole: boolean;
}>;

/**
 * The project that the path names, with what of it the token reaches.
 *
 * @throws {ApiError} 404 `PROJECT_NOT_FOUND` when there is none, or none of it is in reach
 */
export async function reachProject(database: Database, request: Request): Promise<ReachableProject> {
  const { workspaceId, scopes } = requireWorkspace(request);
  const found = await findProjectWithEnvironments(database, workspaceId, String(request.params["project"]));
  if (found === null) throw projectNotFound();
  const { project, environments: all } = found;
  const place = { teamId: project.teamId, projectId: project.id };
  const environments = all.filter(({ id }) => reaches(scopes, { ...place, environmentId: id }));
  const whole = reaches(scopes, place);
  if (!whole && environments.length === 0) throw projectNotFound();
  return { project, environments, whole };
}

/** Where an environment of a workspace lies. @throws {ApiError} 404 `ENVIRONMENT_NOT_FOUND` */
export async function findOwnEnvironment(
  database: Database,
  { workspaceId }: Pick<Principal, "workspaceId">,
  environmentId: string,
): Promise<Required<Place>> {
  const environment = await findEnvironmentOfWorkspace(database, workspaceId, environmentId);
  if (environment === null) throw environmentNotFound();
  return { teamId: environment.project.teamId, projectId: environment.projectId, environmentId };
}

export function environmentNotFound(): ApiError {
  return new ApiError(404, "ENVIRONMENT_NOT_FOUND", "Environment not found");
}

export function projectNotFound(): ApiError {
  return new ApiError(404, "PROJECT_NOT_FOUND", "Project not found");
}
