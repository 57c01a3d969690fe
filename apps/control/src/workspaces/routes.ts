import { ApiError } from "@kvsync/contracts";
import {
  environmentChangeSchema,
  environmentInputSchema,
  environmentParams,
  projectChangeSchema,
  projectInputSchema,
  teamInputSchema,
  teamParams,
  type ProjectBody,
  pageQuerySchema,
} from "@kvsync/contracts/api";
import {
  isUniqueViolation,
  findEnvironmentsOfWorkspace,
  listProjects,
  listTeams,
  type Database,
  type ProjectRow,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { callerOf, reaches, reachesAll, reachesTeam, requireAdmin } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseParams, parseQuery } from "../http/parse.ts";
import { decodeCursor, encodeCursor } from "../syncs/cursor.ts";
import { addEnvironment, addProject, addTeam } from "./adding.ts";
import {
  changeTeam,
  editEnvironment,
  editProject,
  removeEnvironment,
  removeProject,
  removeTeam,
  type Changer,
} from "./changing.ts";
import { pageOfProjects } from "./project-list.ts";
import { reachProject, requireWorkspace } from "./reach.ts";

const TEAM_EXISTS = "A team of this name exists already";
const PROJECT_EXISTS = "A project with this slug exists already";
const ENVIRONMENT_EXISTS = "An environment of this name exists already";

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
    const changer = adminOf(request);
    const { name } = parseBody(teamInputSchema, request);
    const team = await unique(TEAM_EXISTS, () => addTeam(changer, name));
    response.status(201).json({ id: team.id, name: team.name });
  });

  router.get("/workspace/:workspace/project", async (request, response) => {
    const { workspaceId, scopes } = requireWorkspace(request);
    const { page } = parseQuery(pageQuerySchema, request);
    const after = page?.cursor === undefined ? undefined : decodeCursor(page.cursor);
    // A project that isn't in reach as a whole is so for the environments that a scope names.
    const named = [...new Set(scopes.flatMap(({ environments }) => environments))];
    const [teams, projects, environments] = await Promise.all([
      listTeams(database, workspaceId),
      listProjects(database, workspaceId),
      findEnvironmentsOfWorkspace(database, workspaceId, named),
    ]);
    const visible = projects.filter(({ id: projectId, teamId }) => {
      const own = environments.filter((environment) => environment.projectId === projectId);
      const places = [
        { teamId, projectId },
        ...own.map(({ id }) => ({ teamId, projectId, environmentId: id })),
      ];
      return places.some((place) => reaches(scopes, place));
    });
    const shown = teams.filter(({ id }) => reachesAll(scopes) || visible.some(({ teamId }) => teamId === id));
    const list = pageOfProjects(shown, visible, page && { limit: page.limit, after });
    if (list.end !== undefined) response.set("next-cursor", encodeCursor(list.end));
    response.json(
      list.teams.map(({ team: { id, name }, projects: own }) => ({
        id,
        name,
        projects: own.map(presentProject),
      })),
    );
  });

  router.post("/workspace/:workspace/project", async (request, response) => {
    const changer = adminOf(request);
    const input = parseBody(projectInputSchema, request);
    const project = await unique(PROJECT_EXISTS, () => addProject(changer, input));
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
    const changer = adminOf(request);
    const input = parseBody(environmentInputSchema, request);
    const environment = await unique(ENVIRONMENT_EXISTS, () => addEnvironment(changer, project, input));
    const { id, name, hasPersonalOverrides } = environment;
    response.status(201).json({ id, name, hasPersonalOverrides });
  });

  router.patch("/workspace/:workspace/team/:teamId", async (request, response) => {
    const changer = adminOf(request);
    const { teamId } = parseParams(teamParams, request);
    const { name } = parseBody(teamInputSchema, request);
    const team = await unique(TEAM_EXISTS, () => changeTeam(changer, teamId, name));
    response.json({ id: team.id, name: team.name });
  });

  router.delete("/workspace/:workspace/team/:teamId", async (request, response) => {
    const changer = adminOf(request);
    await removeTeam(changer, parseParams(teamParams, request).teamId);
    response.status(204).end();
  });

  router.patch("/workspace/:workspace/project/:project", async (request, response) => {
    const changer = adminOf(request);
    const { project } = await reachProject(database, request);
    const change = parseBody(projectChangeSchema, request);
    const changed = await unique(PROJECT_EXISTS, () => editProject(changer, project, change));
    response.json(presentProject(changed));
  });

  router.delete("/workspace/:workspace/project/:project", async (request, response) => {
    const changer = adminOf(request);
    const { project } = await reachProject(database, request);
    await removeProject(changer, project);
    response.status(204).end();
  });

  router.patch(
    "/workspace/:workspace/project/:project/environment/:environmentId",
    async (request, response) => {
      const changer = adminOf(request);
      const { project } = await reachProject(database, request);
      const { environmentId } = parseParams(environmentParams, request);
      const change = parseBody(environmentChangeSchema, request);
      const changed = await unique(ENVIRONMENT_EXISTS, () =>
        editEnvironment(changer, project, environmentId, change),
      );
      const { id, name, hasPersonalOverrides } = changed;
      response.json({ id, name, hasPersonalOverrides });
    },
  );

  router.delete(
    "/workspace/:workspace/project/:project/environment/:environmentId",
    async (request, response) => {
      const changer = adminOf(request);
      const { project } = await reachProject(database, request);
      await removeEnvironment(changer, project, parseParams(environmentParams, request).environmentId);
      response.status(204).end();
    },
  );

  function adminOf(request: Request): Changer {
    return { database, principal: requireAdmin(request, requireWorkspace(request)) };
  }

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
