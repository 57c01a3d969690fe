import type { Queryable } from "./database.ts";
import type { Environment, Project, Team } from "./generated/client.ts";

/** Locks a team until the transaction ends, so that no project comes into it meanwhile. */
export async function lockTeam(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<Team | null> {
  await transaction.$queryRaw`SELECT 1 FROM "Team" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return transaction.team.findFirst({ where: { id, workspaceId } });
}

/** Locks a project until the transaction ends, so that no sync begins in it meanwhile. */
export async function lockProject(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<Project | null> {
  await transaction.$queryRaw`SELECT 1 FROM "Project" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return transaction.project.findFirst({ where: { id, workspaceId } });
}

/** Locks an environment until the transaction ends, so that no sync is linked to it meanwhile. */
export async function lockEnvironment(
  transaction: Queryable,
  projectId: string,
  id: string,
): Promise<Environment | null> {
  await transaction.$queryRaw`SELECT 1 FROM "Environment" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return transaction.environment.findFirst({ where: { id, projectId } });
}

export async function renameTeam(transaction: Queryable, id: string, name: string): Promise<Team> {
  return transaction.team.update({ where: { id }, data: { name } });
}

export async function changeProject(
  transaction: Queryable,
  id: string,
  change: Readonly<{ name?: string; slug?: string; teamId?: string }>,
): Promise<Project> {
  return transaction.project.update({ where: { id }, data: change });
}

export async function changeEnvironment(
  transaction: Queryable,
  id: string,
  change: Readonly<{ name?: string; hasPersonalOverrides?: boolean }>,
): Promise<Environment> {
  return transaction.environment.update({ where: { id }, data: change });
}

export async function countProjectsOfTeam(transaction: Queryable, teamId: string): Promise<number> {
  return transaction.project.count({ where: { teamId } });
}

/** The names of the syncs that still are, or are still being disconnected, in a project or an environment. */
export async function findConnectedSyncs(
  transaction: Queryable,
  place: Readonly<{ projectId: string } | { environmentId: string }>,
): Promise<string[]> {
  const syncs = await transaction.sync.findMany({
    where: { ...place, state: { not: "disconnected" } },
    select: { name: true },
    orderBy: { createdAt: "asc" },
  });
  return syncs.map(({ name }) => name);
}

export async function deleteTeam(transaction: Queryable, id: string): Promise<void> {
  await transaction.team.delete({ where: { id } });
}

/** With its environments, secrets and the history of its disconnected syncs. */
export async function deleteProject(transaction: Queryable, id: string): Promise<void> {
  await transaction.project.delete({ where: { id } });
}

/** With every value in it; its secrets' versions are raised, as they lose one. */
export async function deleteEnvironment(transaction: Queryable, id: string): Promise<void> {
  await transaction.$executeRaw`
    UPDATE "Secret" SET "version" = "version" + 1, "updatedAt" = now()
    WHERE "id" IN (SELECT "secretId" FROM "SecretValue" WHERE "environmentId" = ${id}::uuid)`;
  await transaction.environment.delete({ where: { id } });
}
