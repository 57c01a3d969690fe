import { ApiError } from "@kvsync/contracts";
import type { environmentInputSchema, projectInputSchema } from "@kvsync/contracts/api";
import {
  createEnvironment,
  createProject,
  createTeam,
  findTeam,
  type EnvironmentRow,
  type ProjectRow,
  type TeamRow,
} from "@kvsync/store";
import type { z } from "zod";
import { describeEnvironment, describeProject, describeTeam, noted, type Changer } from "./changing.ts";

/** @throws a unique violation for a name that a team has already */
export async function addTeam(changer: Changer, name: string): Promise<TeamRow> {
  return noted(changer, "team.created", async (transaction) => {
    const made = await createTeam(transaction, changer.principal.workspaceId, name);
    return [made, { entity: made, after: describeTeam(made) }];
  });
}

/** @throws {ApiError} 404 `TEAM_NOT_FOUND`; a unique violation for a slug that a project has already */
export async function addProject(
  changer: Changer,
  input: z.infer<typeof projectInputSchema>,
): Promise<ProjectRow> {
  const { workspaceId } = changer.principal;
  return noted(changer, "project.created", async (transaction) => {
    if ((await findTeam(transaction, workspaceId, input.teamId)) === null)
      throw new ApiError(404, "TEAM_NOT_FOUND", "Team not found");
    const made = await createProject(transaction, { ...input, workspaceId });
    return [made, { entity: made, projectId: made.id, after: describeProject(made) }];
  });
}

/** @throws a unique violation for a name that an environment of the project has already */
export async function addEnvironment(
  changer: Changer,
  { id: projectId }: ProjectRow,
  input: z.infer<typeof environmentInputSchema>,
): Promise<EnvironmentRow> {
  return noted(changer, "environment.created", async (transaction) => {
    const made = await createEnvironment(transaction, { ...input, projectId });
    return [made, { entity: made, projectId, environmentId: made.id, after: describeEnvironment(made) }];
  });
}
