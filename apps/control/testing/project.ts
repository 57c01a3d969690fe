import { randomBytes } from "node:crypto";
import type { TestControl } from "./control.ts";

/** A project with its environments, made over the API. */
export type TestProject = Readonly<{
  id: string;
  slug: string;
  teamId: string;
  /** `/v1/workspace/default/project/{slug}` */
  path: string;
  /** The environments' ids in the order of the names given. */
  environments: readonly string[];
}>;

type Named = Readonly<{ id: string; name: string }>;

export async function createTestProject(
  control: TestControl,
  environmentNames: readonly string[] = ["production"],
): Promise<TestProject> {
  const base = "/v1/workspace/default";
  const teams = (await control.call("GET", `${base}/team`)).body as readonly Named[];
  const teamId = teams[0]?.id ?? "";
  const slug = `project-${randomBytes(4).toString("hex")}`;
  const made = await control.call("POST", `${base}/project`, { body: { name: slug, slug, teamId } });
  if (made.status !== 201) throw new Error(`no project: ${made.status} ${made.text}`);
  const path = `${base}/project/${slug}`;
  const environments: string[] = [];
  for (const name of environmentNames) {
    const answer = await control.call("POST", `${path}/environment`, { body: { name } });
    environments.push((answer.body as Named).id);
  }
  return { id: (made.body as Named).id, slug, teamId, path, environments };
}

/** A sync of this environment that is active and up to date, without a vault behind it. */
export async function createActiveSync(
  control: TestControl,
  project: TestProject,
  environmentId: string,
): Promise<string> {
  const { id } = await control.database.sync.create({
    data: {
      workspaceId: control.workspaceId,
      projectId: project.id,
      environmentId,
      name: "test",
      state: "active",
    },
  });
  return id;
}

/** The wanted generation of each of these syncs. */
export async function wantedGenerations(control: TestControl, ids: readonly string[]): Promise<number[]> {
  const syncs = await control.database.sync.findMany({ where: { id: { in: [...ids] } } });
  return ids.map((id) => syncs.find((sync) => sync.id === id)?.wantedGeneration ?? -1);
}

export type ShownSecret = Readonly<{
  id: string;
  name: string;
  note: string;
  type: string;
  dataType: string;
  values: ReadonlyArray<Readonly<{ environmentId: string; value: string; isPersonal: boolean }>>;
}>;

/** The secrets as the API lists them. */
export async function listedSecrets(
  control: TestControl,
  project: TestProject,
  query = "",
): Promise<readonly ShownSecret[]> {
  return (await control.call("GET", `${project.path}/secret${query}`)).body as readonly ShownSecret[];
}

/** Creates secrets of these values in these environments. */
export async function createTestSecrets(
  control: TestControl,
  project: TestProject,
  values: Readonly<Record<string, string>>,
  environments: readonly string[] = project.environments,
): Promise<void> {
  const secrets = Object.entries(values).map(([key, value]) => ({
    key,
    value,
    type: "runtime",
    dataType: "text",
  }));
  const answer = await control.call("POST", `${project.path}/secret`, { body: { environments, secrets } });
  if (answer.status !== 201) throw new Error(`no secrets: ${answer.status} ${answer.text}`);
}
