import { z } from "zod";
import { operations } from "./operation.ts";
import {
  exampleIds,
  idSchema,
  idText,
  nameSchema,
  projectParams,
  slugSchema,
  timestampSchema,
  workspaceParams,
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
  listProjects: {
    method: "GET",
    path: "/v1/workspace/{workspace}/project",
    tag: "Workspaces",
    summary: "The projects in reach, by team",
    access: "signed-in",
    params: workspaceParams,
    answers: {
      200: {
        description: "Teams with their projects.",
        body: z.array(
          z
            .object({ id: idText, name: z.string(), projects: z.array(projectSchema) })
            .meta({ id: "TeamProjects" }),
        ),
      },
    },
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
});
