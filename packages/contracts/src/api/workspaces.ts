import { z } from "zod";
import { operations } from "./operation.ts";
import {
  exampleIds,
  idParam,
  idSchema,
  idText,
  nameSchema,
  projectParams,
  slugSchema,
  timestampSchema,
  workspaceParams,
  nextCursorHeader,
  PAGED_ARRAY,
  pageQuerySchema,
} from "./values.ts";

export const teamInputSchema = z.strictObject({ name: nameSchema });
/** A project is named by its slug or its id, so that a slug like an id could stand for another project. */
const projectSlugSchema = slugSchema.refine((slug) => !idSchema.safeParse(slug).success, {
  error: "must not look like an id",
});
export const projectInputSchema = z.strictObject({
  name: nameSchema,
  slug: projectSlugSchema,
  teamId: idSchema,
});
export const environmentInputSchema = z.strictObject({
  name: nameSchema,
  hasPersonalOverrides: z.boolean().default(false),
});

const somethingGiven = (change: object): boolean => Object.keys(change).length > 0;

/** What is renamed keeps its id; a new slug changes the project's address at once. */
export const projectChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    slug: projectSlugSchema.optional(),
    teamId: idSchema.optional(),
  })
  .refine(somethingGiven, { error: "name, slug or teamId: give one of them" });
export const environmentChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    hasPersonalOverrides: z.boolean().optional().meta({
      description: "Switched off, personal values are kept and not answered, until it is switched on again.",
    }),
  })
  .refine(somethingGiven, { error: "name or hasPersonalOverrides: give one of them" });
export const teamParams = workspaceParams.extend({ teamId: idParam("team") });
export const environmentParams = projectParams.extend({ environmentId: idParam("environment") });

const workspaceSchema = z
  .object({ id: idText, name: z.string(), slug: z.string() })
  .meta({ id: "Workspace" });
const teamSchema = z
  .object({
    id: idText,
    name: z.string(),
    projectCount: z.int().min(0),
    createdAt: timestampSchema,
  })
  .meta({ id: "Team" });
const projectSchema = z.object({ id: idText, name: z.string(), slug: z.string() }).meta({ id: "Project" });
export type ProjectBody = z.infer<typeof projectSchema>;
const environmentSchema = z
  .object({ id: idText, name: z.string(), hasPersonalOverrides: z.boolean() })
  .meta({ id: "Environment" });

export const workspaceOperations = operations({
  listWorkspaces: {
    method: "GET",
    path: "/v1/workspace",
    tag: "Workspaces",
    summary: "The workspaces in reach",
    access: "signed-in",
    answers: { 200: { description: "The workspaces.", body: z.array(workspaceSchema) } },
  },
  listTeams: {
    method: "GET",
    path: "/v1/workspace/{workspace}/team",
    tag: "Workspaces",
    summary: "The teams in reach",
    access: "signed-in",
    params: workspaceParams,
    answers: { 200: { description: "The teams.", body: z.array(teamSchema) } },
  },
  createTeam: {
    method: "POST",
    path: "/v1/workspace/{workspace}/team",
    tag: "Workspaces",
    summary: "Creates a team",
    access: "admin",
    params: workspaceParams,
    body: teamInputSchema,
    example: { name: "Payments" },
    answers: {
      201: { description: "The new team.", body: z.object({ id: idText, name: z.string() }) },
    },
    problems: { 409: ["EXISTS"] },
  },
  renameTeam: {
    method: "PATCH",
    path: "/v1/workspace/{workspace}/team/{teamId}",
    tag: "Workspaces",
    summary: "Renames a team",
    access: "admin",
    params: teamParams,
    body: teamInputSchema,
    example: { name: "Payments and billing" },
    answers: { 200: { description: "The team.", body: z.object({ id: idText, name: z.string() }) } },
    problems: { 404: ["TEAM_NOT_FOUND"], 409: ["EXISTS"] },
  },
  deleteTeam: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/team/{teamId}",
    tag: "Workspaces",
    summary: "Deletes a team that has no project",
    access: "admin",
    params: teamParams,
    answers: { 204: { description: "Done." } },
    problems: { 404: ["TEAM_NOT_FOUND"], 409: ["IN_USE"] },
  },
  listProjects: {
    method: "GET",
    path: "/v1/workspace/{workspace}/project",
    tag: "Workspaces",
    summary: "The projects in reach, by team",
    description: `A page has so many projects; a team whose projects go on is in the next page again. ${PAGED_ARRAY}`,
    access: "signed-in",
    params: workspaceParams,
    query: pageQuerySchema,
    answers: {
      200: {
        description: "Teams with their projects.",
        body: z.array(
          z
            .object({ id: idText, name: z.string(), projects: z.array(projectSchema) })
            .meta({ id: "TeamProjects" }),
        ),
        headers: { "next-cursor": nextCursorHeader },
      },
    },
    problems: { 400: ["CURSOR_INVALID"] },
  },
  createProject: {
    method: "POST",
    path: "/v1/workspace/{workspace}/project",
    tag: "Workspaces",
    summary: "Creates a project",
    access: "admin",
    params: workspaceParams,
    body: projectInputSchema,
    example: { name: "Shop", slug: "shop", teamId: exampleIds.team },
    answers: { 201: { description: "The new project.", body: projectSchema } },
    problems: { 404: ["TEAM_NOT_FOUND"], 409: ["EXISTS"] },
  },
  changeProject: {
    method: "PATCH",
    path: "/v1/workspace/{workspace}/project/{project}",
    tag: "Workspaces",
    summary: "Renames a project, or moves it to another team",
    access: "admin",
    params: projectParams,
    body: projectChangeSchema,
    example: { name: "The shop" },
    answers: { 200: { description: "The project.", body: projectSchema } },
    problems: { 404: ["PROJECT_NOT_FOUND", "TEAM_NOT_FOUND"], 409: ["EXISTS"] },
  },
  deleteProject: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/project/{project}",
    tag: "Workspaces",
    summary: "Deletes a project with its environments and secrets",
    description:
      "Not while one of its syncs is connected: disconnect it first, which asks what becomes of the vault's secrets.",
    access: "admin",
    params: projectParams,
    answers: { 204: { description: "Done." } },
    problems: { 404: ["PROJECT_NOT_FOUND"], 409: ["IN_USE"] },
  },
  listEnvironments: {
    method: "GET",
    path: "/v1/workspace/{workspace}/project/{project}/environment",
    tag: "Workspaces",
    summary: "The environments in reach",
    access: "signed-in",
    params: projectParams,
    answers: { 200: { description: "The environments.", body: z.array(environmentSchema) } },
    problems: { 404: ["PROJECT_NOT_FOUND"] },
  },
  createEnvironment: {
    method: "POST",
    path: "/v1/workspace/{workspace}/project/{project}/environment",
    tag: "Workspaces",
    summary: "Creates an environment",
    access: "admin",
    params: projectParams,
    body: environmentInputSchema,
    example: { name: "staging", hasPersonalOverrides: false },
    answers: { 201: { description: "The new environment.", body: environmentSchema } },
    problems: { 404: ["PROJECT_NOT_FOUND"], 409: ["EXISTS"] },
  },
  changeEnvironment: {
    method: "PATCH",
    path: "/v1/workspace/{workspace}/project/{project}/environment/{environmentId}",
    tag: "Workspaces",
    summary: "Renames an environment, or switches personal values on or off",
    access: "admin",
    params: environmentParams,
    body: environmentChangeSchema,
    example: { name: "acceptance" },
    answers: { 200: { description: "The environment.", body: environmentSchema } },
    problems: { 404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], 409: ["EXISTS"] },
  },
  deleteEnvironment: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/project/{project}/environment/{environmentId}",
    tag: "Workspaces",
    summary: "Deletes an environment with every value in it",
    description: "Not while a sync is linked to it.",
    access: "admin",
    params: environmentParams,
    answers: { 204: { description: "Done." } },
    problems: { 404: ["PROJECT_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], 409: ["IN_USE"] },
  },
});
