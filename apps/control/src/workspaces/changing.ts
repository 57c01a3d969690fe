import { ApiError, type AuditAction } from "@kvsync/contracts";
import {
  changeEnvironment,
  changeProject,
  countProjectsOfTeam,
  deleteEnvironment,
  deleteProject,
  deleteTeam,
  findConnectedSyncs,
  findTeam,
  lockEnvironment,
  lockProject,
  lockTeam,
  note,
  renameTeam,
  type AuditFields,
  type AuditNote,
  type Database,
  type EnvironmentRow,
  type ProjectRow,
  type Queryable,
  type TeamRow,
} from "@kvsync/store";
import { actorOf, type Principal } from "../access/principal.ts";
import { environmentNotFound, projectNotFound } from "./reach.ts";

/** Who changes the hierarchy, and what is noted of it in the same transaction. */
export type Changer = Readonly<{ database: Database; principal: Principal }>;

/** What is noted of a change: what it is done to, and how that was before and is after it. */
type Noted = Pick<AuditNote, "entity" | "projectId" | "environmentId" | "before" | "after">;

/** Changes something and notes it, in one transaction. */
export async function noted<Result>(
  { database, principal }: Changer,
  action: AuditAction,
  change: (transaction: Queryable) => Promise<readonly [Result, Noted]>,
): Promise<Result> {
  return database.$transaction(async (transaction) => {
    const [result, entry] = await change(transaction);
    const { workspaceId } = principal;
    await note(transaction, [{ workspaceId, actor: actorOf(principal), action, ...entry }]);
    return result;
  });
}

/** What is noted of a team. */
export const describeTeam = ({ name }: TeamRow): AuditFields => ({ name });

/** What is noted of a project. */
export const describeProject = ({ name, slug, teamId }: ProjectRow): AuditFields => ({ name, slug, teamId });

/** What is noted of an environment. */
export const describeEnvironment = ({ name, hasPersonalOverrides }: EnvironmentRow): AuditFields => ({
  name,
  hasPersonalOverrides,
});

/** @throws {ApiError} 404 `TEAM_NOT_FOUND` */
export async function changeTeam(changer: Changer, id: string, name: string): Promise<TeamRow> {
  return noted(changer, "team.renamed", async (transaction) => {
    const before = await lockedTeam(changer, transaction, id);
    const after = await renameTeam(transaction, id, name);
    return [after, { entity: after, before: describeTeam(before), after: describeTeam(after) }];
  });
}

/** @throws {ApiError} 404 `TEAM_NOT_FOUND`, 409 `IN_USE` while it has projects */
export async function removeTeam(changer: Changer, id: string): Promise<void> {
  await noted(changer, "team.deleted", async (transaction) => {
    const team = await lockedTeam(changer, transaction, id);
    const projects = await countProjectsOfTeam(transaction, id);
    if (projects > 0)
      throw new ApiError(
        409,
        "IN_USE",
        `The team still has ${projects === 1 ? "a project" : `${projects} projects`}. Move or delete what it has first.`,
      );
    await deleteTeam(transaction, id);
    return [undefined, { entity: team, before: describeTeam(team) }];
  });
}

type ProjectChange = Readonly<{
  name?: string | undefined;
  slug?: string | undefined;
  teamId?: string | undefined;
}>;

/** @throws {ApiError} 404 `PROJECT_NOT_FOUND`, `TEAM_NOT_FOUND` */
export async function editProject(
  changer: Changer,
  { id }: ProjectRow,
  change: ProjectChange,
): Promise<ProjectRow> {
  const { workspaceId } = changer.principal;
  return noted(changer, "project.changed", async (transaction) => {
    const before = await lockProject(transaction, workspaceId, id);
    if (before === null) throw projectNotFound();
    if (change.teamId !== undefined && (await findTeam(transaction, workspaceId, change.teamId)) === null)
      throw new ApiError(404, "TEAM_NOT_FOUND", "Team not found");
    const { name = before.name, slug = before.slug, teamId = before.teamId } = change;
    const after = await changeProject(transaction, id, { name, slug, teamId });
    const described = { before: describeProject(before), after: describeProject(after) };
    return [after, { entity: after, projectId: id, ...described }];
  });
}

/** @throws {ApiError} 404 `PROJECT_NOT_FOUND`, 409 `IN_USE` while a sync of it is connected */
export async function removeProject(changer: Changer, { id }: ProjectRow): Promise<void> {
  await noted(changer, "project.deleted", async (transaction) => {
    const before = await lockProject(transaction, changer.principal.workspaceId, id);
    if (before === null) throw projectNotFound();
    refuseConnected("project", await findConnectedSyncs(transaction, { projectId: id }));
    await deleteProject(transaction, id);
    return [undefined, { entity: before, projectId: id, before: describeProject(before) }];
  });
}

type EnvironmentChange = Readonly<{
  name?: string | undefined;
  hasPersonalOverrides?: boolean | undefined;
}>;

/** @throws {ApiError} 404 `ENVIRONMENT_NOT_FOUND` */
export async function editEnvironment(
  changer: Changer,
  { id: projectId }: ProjectRow,
  id: string,
  change: EnvironmentChange,
): Promise<EnvironmentRow> {
  return noted(changer, "environment.changed", async (transaction) => {
    const before = await lockEnvironment(transaction, projectId, id);
    if (before === null) throw environmentNotFound();
    const { name = before.name, hasPersonalOverrides = before.hasPersonalOverrides } = change;
    const after = await changeEnvironment(transaction, id, { name, hasPersonalOverrides });
    const place = { entity: after, projectId, environmentId: id };
    return [after, { ...place, before: describeEnvironment(before), after: describeEnvironment(after) }];
  });
}

/** @throws {ApiError} 404 `ENVIRONMENT_NOT_FOUND`, 409 `IN_USE` while a sync is linked to it */
export async function removeEnvironment(
  changer: Changer,
  { id: projectId }: ProjectRow,
  id: string,
): Promise<void> {
  await noted(changer, "environment.deleted", async (transaction) => {
    const before = await lockEnvironment(transaction, projectId, id);
    if (before === null) throw environmentNotFound();
    refuseConnected("environment", await findConnectedSyncs(transaction, { environmentId: id }));
    await deleteEnvironment(transaction, id);
    const place = { entity: before, projectId, environmentId: id };
    return [undefined, { ...place, before: describeEnvironment(before) }];
  });
}

async function lockedTeam({ principal }: Changer, transaction: Queryable, id: string): Promise<TeamRow> {
  const team = await lockTeam(transaction, principal.workspaceId, id);
  if (team === null) throw new ApiError(404, "TEAM_NOT_FOUND", "Team not found");
  return team;
}

function refuseConnected(what: "project" | "environment", syncs: readonly string[]): void {
  if (syncs.length === 0) return;
  throw new ApiError(
    409,
    "IN_USE",
    `The ${what} is still synced by ${syncs.slice(0, 5).join(", ")}. Disconnect ${syncs.length === 1 ? "that" : "these"} first, and decide there what becomes of the vault's secrets.`,
  );
}
