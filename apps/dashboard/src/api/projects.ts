import type { ResponseOf, workspaceOperations } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

type Operations = typeof workspaceOperations;
export type TeamProjects = ResponseOf<Operations["listProjects"]>[number];
export type Project = TeamProjects["projects"][number];
export type Environment = ResponseOf<Operations["listEnvironments"]>[number];

/** The projects that one may see, by team. */
export const projectsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "projects"],
    queryFn: ({ signal }) =>
      call("GET", "/v1/workspace/{workspace}/project", { params: { workspace }, signal }),
  });

export const environmentsQuery = (workspace: string, project: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "project", project, "environments"],
    queryFn: ({ signal }) =>
      call("GET", "/v1/workspace/{workspace}/project/{project}/environment", {
        params: { workspace, project },
        signal,
      }),
  });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const createProject = (
  workspace: string,
  body: Readonly<{ name: string; slug: string; teamId: string }>,
): Promise<Project> => call("POST", "/v1/workspace/{workspace}/project", { params: { workspace }, body });

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const createEnvironment = (workspace: string, project: string, name: string): Promise<Environment> =>
  call("POST", "/v1/workspace/{workspace}/project/{project}/environment", {
    params: { workspace, project },
    body: { name },
  });
