import type { Database, Queryable } from "./database.ts";
import { Prisma, type Environment, type Project, type Team, type Workspace } from "./generated/client.ts";

export type WorkspaceRow = Workspace;
export type TeamRow = Team;
export type ProjectRow = Project;
export type EnvironmentRow = Environment;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A slug may look like an id, so either is looked for. */
const byReference = (reference: string): { OR: Array<{ slug: string } | { id: string }> } => ({
  OR: [{ slug: reference }, ...(UUID.test(reference) ? [{ id: reference }] : [])],
});

export async function findWorkspace(database: Queryable, reference: string): Promise<WorkspaceRow | null> {
  return database.workspace.findFirst({ where: byReference(reference) });
}

export async function listWorkspaces(database: Queryable): Promise<WorkspaceRow[]> {
  return database.workspace.findMany({ orderBy: { createdAt: "asc" } });
}

/** Serialises first starts over all processes. Any number that nothing else locks. */
const FIRST_START_LOCK = 7_201_003;

/**
 * Makes the first workspace where there is none, and what `complete` adds to it, in one transaction. Any number of
 * processes may call it at once: one makes it, the others wait and find it made.
 *
 * @returns whether it was made now
 */
export async function createFirstWorkspace(
  database: Database,
  workspace: NewWorkspace,
  complete: (transaction: Queryable, workspace: WorkspaceRow) => Promise<void>,
): Promise<boolean> {
  return database.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_START_LOCK}::bigint)`;
    if ((await transaction.workspace.count()) > 0) return false;
    await complete(transaction, await createWorkspace(transaction, workspace));
    return true;
  });
}

export type NewWorkspace = Readonly<{ name: string; slug: string; teamName: string }>;

/** A workspace with its first team. */
export async function createWorkspace(
  database: Queryable,
  { name, slug, teamName }: NewWorkspace,
): Promise<WorkspaceRow> {
  return database.workspace.create({ data: { name, slug, teams: { create: { name: teamName } } } });
}

export async function listTeams(database: Queryable, workspaceId: string): Promise<TeamRow[]> {
  return database.team.findMany({ where: { workspaceId }, orderBy: { createdAt: "asc" } });
}

export async function createTeam(database: Queryable, workspaceId: string, name: string): Promise<TeamRow> {
  return database.team.create({ data: { workspaceId, name } });
}

export async function findTeam(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<TeamRow | null> {
  return database.team.findFirst({ where: { id, workspaceId } });
}

export async function listProjects(database: Queryable, workspaceId: string): Promise<ProjectRow[]> {
  return database.project.findMany({ where: { workspaceId }, orderBy: { createdAt: "asc" } });
}

/** A project of this workspace by slug or id. */
export async function findProject(
  database: Queryable,
  workspaceId: string,
  reference: string,
): Promise<ProjectRow | null> {
  return database.project.findFirst({ where: { workspaceId, ...byReference(reference) } });
}

export async function createProject(
  database: Queryable,
  project: Readonly<{ workspaceId: string; teamId: string; name: string; slug: string }>,
): Promise<ProjectRow> {
  return database.project.create({ data: project });
}

/** A project of this workspace by slug or id with its environments, the oldest first, in one statement. */
export async function findProjectWithEnvironments(
  database: Database,
  workspaceId: string,
  reference: string,
): Promise<{ readonly project: ProjectRow; readonly environments: readonly EnvironmentRow[] } | null> {
  const asId = UUID.test(reference) ? reference : null;
  const rows = await database.$statement<
    ProjectRow & { environment: Omit<EnvironmentRow, "createdAt"> | null; environmentCreatedAt: Date }
  >(
    Prisma.sql`
    SELECT p."id", p."workspaceId", p."teamId", p."name", p."slug", p."createdAt", p."updatedAt",
      CASE WHEN e."id" IS NOT NULL THEN json_build_object('id', e."id", 'projectId', e."projectId", 'name', e."name",
        'hasPersonalOverrides', e."hasPersonalOverrides") END AS "environment", e."createdAt" AS "environmentCreatedAt"
    FROM (
      SELECT * FROM "Project" WHERE "workspaceId" = ${workspaceId}::uuid
        AND ("slug" = ${reference} OR "id" = ${asId}::uuid)
      ORDER BY "slug" = ${reference} DESC LIMIT 1
    ) p LEFT JOIN "Environment" e ON e."projectId" = p."id" ORDER BY e."createdAt"`,
    "kept",
  );
  const [first] = rows;
  if (first === undefined) return null;
  const { id: projectId, teamId, name, slug, createdAt, updatedAt } = first;
  const project = { id: projectId, workspaceId, teamId, name, slug, createdAt, updatedAt };
  const environments = rows.flatMap(({ environment, environmentCreatedAt }) =>
    environment === null ? [] : [{ ...environment, createdAt: environmentCreatedAt }],
  );
  return { project, environments };
}

export async function listEnvironments(database: Queryable, projectId: string): Promise<EnvironmentRow[]> {
  return database.environment.findMany({ where: { projectId }, orderBy: { createdAt: "asc" } });
}

/** Those of these environments that a workspace has. */
export async function findEnvironmentsOfWorkspace(
  database: Queryable,
  workspaceId: string,
  ids: readonly string[],
): Promise<Array<Pick<EnvironmentRow, "id" | "projectId">>> {
  if (ids.length === 0) return [];
  return database.environment.findMany({
    where: { id: { in: [...ids] }, project: { workspaceId } },
    select: { id: true, projectId: true },
  });
}

export async function findEnvironment(
  database: Queryable,
  projectId: string,
  id: string,
): Promise<EnvironmentRow | null> {
  return database.environment.findFirst({ where: { id, projectId } });
}

export async function createEnvironment(
  database: Queryable,
  environment: Readonly<{ projectId: string; name: string; hasPersonalOverrides: boolean }>,
): Promise<EnvironmentRow> {
  return database.environment.create({ data: environment });
}

/** An environment anywhere in this workspace, with its project. */
export async function findEnvironmentOfWorkspace(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<(EnvironmentRow & { readonly project: ProjectRow }) | null> {
  return database.environment.findFirst({
    where: { id, project: { workspaceId } },
    include: { project: true },
  });
}
