import type { CallInput, ResponseOf, workspaceOperations } from "@kvsync/contracts/api";
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

type ProjectChange = NonNullable<CallInput<Operations["changeProject"]>["body"]>;
type EnvironmentChange = NonNullable<CallInput<Operations["changeEnvironment"]>["body"]>;

/** Renames it, gives it another slug, moves it. @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const changeProject = (workspace: string, project: string, body: ProjectChange): Promise<Project> =>
  call("PATCH", "/v1/workspace/{workspace}/project/{project}", { params: { workspace, project }, body });

/** With its environments and secrets. @throws {ApiFailure} 409 `IN_USE` while a sync of it is connected */
export const deleteProject = async (workspace: string, project: string): Promise<void> => {
  await call("DELETE", "/v1/workspace/{workspace}/project/{project}", { params: { workspace, project } });
};

/** @throws {ApiFailure} 400 `VALIDATION`, 409 `EXISTS` */
export const changeEnvironment = (
  workspace: string,
  project: string,
  environmentId: string,
  body: EnvironmentChange,
): Promise<Environment> =>
  call("PATCH", "/v1/workspace/{workspace}/project/{project}/environment/{environmentId}", {
    params: { workspace, project, environmentId },
    body,
  });

/** With every value in it. @throws {ApiFailure} 409 `IN_USE` while a sync is linked to it */
export const deleteEnvironment = async (
  workspace: string,
  project: string,
  environmentId: string,
): Promise<void> => {
  await call("DELETE", "/v1/workspace/{workspace}/project/{project}/environment/{environmentId}", {
    params: { workspace, project, environmentId },
  });
};
