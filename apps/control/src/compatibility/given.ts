import type { TestControl } from "../testing/control.ts";
import { randomName } from "../testing/control.ts";
import { givenProject, givenSecrets, secretIdOf } from "../testing/given.ts";
import type { Known } from "./exchange.ts";

/** A project with the secret `API_KEY` in two environments, as exchanges name them. */
export async function givenKnown(control: TestControl, environments = 2): Promise<Known> {
  const project = await givenProject(control, environments);
  await givenSecrets(control, project, { API_KEY: "first" });
  const [environmentId = "", otherEnvironmentId = ""] = project.environments;
  return {
    workspace: "default",
    workspaceId: control.workspaceId,
    teamId: control.teamId,
    project: project.slug,
    projectId: project.id,
    newProject: randomName("n"),
    environmentId,
    otherEnvironmentId,
    secretId: await secretIdOf(control, project, "API_KEY"),
    token: control.adminToken,
  };
}
