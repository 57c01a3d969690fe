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
  note,
  type AuditNote,
  type Database,
  type ProjectRow,
  type Queryable,
} from "@kvsync/store";
import { Router } from "express";
import {
  actorOf,
  callerOf,
  reaches,
  reachesAll,
  reachesTeam,
  requireAdmin,
  type Principal,
} from "../access/principal.ts";
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
    const principal = requireAdmin(request, requireWorkspace(request));
    const { workspaceId } = principal;
    const { name } = parseBody(teamInputSchema, request);
    const team = await create("A team of this name exists already", async (transaction) => {
      const made = await createTeam(transaction, workspaceId, name);
      return [made, { ...noteBy(principal), action: "team.created", entity: made, after: { name } }];
    });
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
    const principal = requireAdmin(request, requireWorkspace(request));
    const { workspaceId } = principal;
    const input = parseBody(projectInputSchema, request);
    if ((await findTeam(database, workspaceId, input.teamId)) === null)
      throw new ApiError(404, "TEAM_NOT_FOUND", "Team not found");
    const project = await create("A project with this slug exists already", async (transaction) => {
      const made = await createProject(transaction, { ...input, workspaceId });
      return [
        made,
        {
          ...noteBy(principal),
          action: "project.created",
          entity: made,
          projectId: made.id,
          after: { ...input },
        },
      ];
    });
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
    const principal = requireAdmin(request, requireWorkspace(request));
    const input = parseBody(environmentInputSchema, request);
    const environment = await create("An environment of this name exists already", async (transaction) => {
      const made = await createEnvironment(transaction, { ...input, projectId: project.id });
      return [
        made,
        {
          ...noteBy(principal),
          action: "environment.created",
          entity: made,
          projectId: project.id,
          environmentId: made.id,
          after: { ...input },
        },
      ];
    });
    const { id, name, hasPersonalOverrides } = environment;
    response.status(201).json({ id, name, hasPersonalOverrides });
  });

  /** Makes something and notes it, in one transaction. @throws {ApiError} 409 `EXISTS` */
  async function create<Made>(
    message: string,
    make: (transaction: Queryable) => Promise<readonly [Made, AuditNote]>,
  ): Promise<Made> {
    try {
      return await database.$transaction(async (transaction) => {
        const [made, entry] = await make(transaction);
        await note(transaction, [entry]);
        return made;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new ApiError(409, "EXISTS", message);
      throw error;
    }
  }

  return refuseOtherMethods(router);
}

const noteBy = (principal: Principal): Pick<AuditNote, "workspaceId" | "actor"> => ({
  workspaceId: principal.workspaceId,
  actor: actorOf(principal),
});

const presentProject = ({ id, name, slug }: ProjectRow): ProjectBody => ({ id, name, slug });
