import { ApiError } from "@kvsync/contracts";
import {
  environmentInputSchema,
  projectInputSchema,
  teamInputSchema,
  type ProjectBody,
} from "@kvsync/contracts/api";
import {
  createEnvironment,
  createProject,
  createTeam,
  findTeam,
  isUniqueViolation,
  listEnvironments,
  listProjects,
  listTeams,
  type Database,
  type ProjectRow,
} from "@kvsync/store";
import { Router } from "express";
import { callerOf, reaches, reachesAll, reachesTeam, requireAdmin } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody } from "../http/parse.ts";
import { reachProject, requireWorkspace } from "./reach.ts";

/** Workspaces, teams, projects and environments, in Enkryptify's shapes. */
export function workspaceRoutes(database: Database): Router {
  const router = Router();

  router.get("/workspace", (request, response) => {
    response.json(
      callerOf(request).accesses.map(({ workspaceId: id, workspaceName: name, workspaceSlug: slug }) => ({
        id,
        name,
        slug,
      })),
    );
  });

  router.get("/workspace/:workspace/team", async (request, response) => {
    const { workspaceId, scopes } = requireWorkspace(request);
    const [teams, projects] = await Promise.all([
      listTeams(database, workspaceId),
      listProjects(database, workspaceId),
    ]);
    const inReach = teams.filter(({ id }) => reachesTeam(scopes, id));
    response.json(
      inReach.map(({ id, name, createdAt }) => ({
        id,
        name,
        projectCount: projects.filter(({ teamId }) => teamId === id).length,
        createdAt,
      })),
    );
  });

  router.post("/workspace/:workspace/team", async (request, response) => {
    const { workspaceId } = requireAdmin(request, requireWorkspace(request));
    const { name } = parseBody(teamInputSchema, request);
    const team = await unique("A team of this name exists already", () =>
      createTeam(database, workspaceId, name),
    );
    response.status(201).json({ id: team.id, name: team.name });
  });

  router.get("/workspace/:workspace/project", async (request, response) => {
    const { workspaceId, scopes } = requireWorkspace(request);
    const [teams, projects] = await Promise.all([
      listTeams(database, workspaceId),
      listProjects(database, workspaceId),
    ]);
    const reachable = await Promise.all(
      projects.map(async (project) => ((await inReach(project)) ? [project] : [])),
    );
    const visible = reachable.flat();
    response.json(
      teams
        .map(({ id, name }) => ({
          id,
          name,
          projects: visible.filter(({ teamId }) => teamId === id).map(presentProject),
        }))
        .filter((team) => team.projects.length > 0 || reachesAll(scopes)),
    );

    async function inReach({ id: projectId, teamId }: ProjectRow): Promise<boolean> {
      if (reaches(scopes, { teamId, projectId })) return true;
      if (scopes.every(({ environments }) => environments.length === 0)) return false;
      const environments = await listEnvironments(database, projectId);
      return environments.some(({ id }) => reaches(scopes, { teamId, projectId, environmentId: id }));
    }
  });

  router.post("/workspace/:workspace/project", async (request, response) => {
    const { workspaceId } = requireAdmin(request, requireWorkspace(request));
    const input = parseBody(projectInputSchema, request);
    if ((await findTeam(database, workspaceId, input.teamId)) === null)
      throw new ApiError(404, "TEAM_NOT_FOUND", "Team not found");
    const project = await unique("A project with this slug exists already", () =>
      createProject(database, { ...input, workspaceId }),
    );
    response.status(201).json(presentProject(project));
  });

  router.get("/workspace/:workspace/project/:project/environment", async (request, response) => {
    const { environments } = await reachProject(database, request);
    response.json(
      environments.map(({ id, name, hasPersonalOverrides }) => ({ id, name, hasPersonalOverrides })),
    );
  });

  router.post("/workspace/:workspace/project/:project/environment", async (request, response) => {
    const { project } = await reachProject(database, request);
    requireAdmin(request, requireWorkspace(request));
    const input = parseBody(environmentInputSchema, request);
    const environment = await unique("An environment of this name exists already", () =>
      createEnvironment(database, { ...input, projectId: project.id }),
    );
    const { id, name, hasPersonalOverrides } = environment;
    response.status(201).json({ id, name, hasPersonalOverrides });
  });

  return refuseOtherMethods(router);
}

const presentProject = ({ id, name, slug }: ProjectRow): ProjectBody => ({ id, name, slug });

async function unique<Result>(message: string, create: () => Promise<Result>): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if (isUniqueViolation(error)) throw new ApiError(409, "EXISTS", message);
    throw error;
  }
}
