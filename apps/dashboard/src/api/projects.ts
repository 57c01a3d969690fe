import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export type Project = Readonly<{ id: string; name: string; slug: string }>;
export type Team = Readonly<{ id: string; name: string }>;
export type TeamProjects = Team & Readonly<{ projects: readonly Project[] }>;
export type Environment = Readonly<{ id: string; name: string; hasPersonalOverrides: boolean }>;

const workspacePath = (workspace: string): string => `/v1/workspace/${encodeURIComponent(workspace)}`;

/** The API's address of a project. */
export const projectPath = (workspace: string, project: string): string =>
  `${workspacePath(workspace)}/project/${encodeURIComponent(project)}`;

/** The projects that one may see, by team. */
export const projectsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "projects"],
    queryFn: ({ signal }) =>
      request<readonly TeamProjects[]>("GET", `${workspacePath(workspace)}/project`, { signal }),
  });

export const environmentsQuery = (workspace: string, project: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "project", project, "environments"],
    queryFn: ({ signal }) =>
      request<readonly Environment[]>("GET", `${projectPath(workspace, project)}/environment`, { signal }),
  });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const createProject = (
  workspace: string,
  body: Readonly<{ name: string; slug: string; teamId: string }>,
): Promise<Project> => request<Project>("POST", `${workspacePath(workspace)}/project`, { body });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const createEnvironment = (workspace: string, project: string, name: string): Promise<Environment> =>
  request<Environment>("POST", `${projectPath(workspace, project)}/environment`, {
    body: { name, hasPersonalOverrides: false },
  });
