import { createApplication, until, type Application, type Vault } from "./azure.ts";
import type { Stack } from "./stack.ts";

/** So many secrets go into one request of the API, its limit. */
const BATCH = 2_000;

/** A project with one environment. */
export type Project = Readonly<{ id: string; path: string; environmentId: string }>;

export async function createProject({ control }: Stack, slug: string): Promise<Project> {
  const teams = (await control("GET", "/v1/workspace/default/team")) as unknown as Array<{ id: string }>;
  const project = await control("POST", "/v1/workspace/default/project", {
    name: slug,
    slug,
    teamId: teams[0]?.id,
  });
  const path = `/v1/workspace/default/project/${slug}`;
  const environment = await control("POST", `${path}/environment`, { name: "production" });
  return { id: String(project["id"]), path, environmentId: String(environment["id"]) };
}

/** The name of a benchmark's secret: `secret-000042`. */
export const nameOf = (index: number): string => `secret-${String(index).padStart(6, "0")}`;

/** Values of 32 to 63 characters, as secrets often have. */
export const valueOf = (index: number, round = 0): string =>
  `${round}-${index}-`.padEnd(32 + ((index * 7) % 32), "abcdefghijklmnopqrstuvwxyz");

export async function addSecrets({ control }: Stack, project: Project, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const indices = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) => from + at);
    await control("POST", `${project.path}/secret`, {
      environments: [project.environmentId],
      secrets: indices.map((index) => ({ key: nameOf(index), value: valueOf(index) })),
    });
  }
}

export async function secretId({ control }: Stack, project: Project, name: string): Promise<string> {
  return String((await control("GET", `${project.path}/secret/${name}`))["id"]);
}

/** Changes a secret's value as an application's user does. */
export async function putSecret(
  { control }: Stack,
  { path, environmentId }: Project,
  secret: Readonly<{ id: string; name: string; value: string }>,
): Promise<void> {
  const values = [{ environmentId, value: secret.value, isPersonal: false }];
  await control("PUT", `${path}/secret/${secret.id}`, { name: secret.name, values });
}

export type SyncWish = Readonly<{
  project: Project;
  vault: Vault;
  prefix?: string;
  application?: Application;
}>;

/** A sync that is set up as a user does it. A worker must run for it to be validated and become active. */
export async function createSync(stack: Stack, wish: SyncWish): Promise<string> {
  const { project, vault, prefix = "" } = wish;
  const { control, azure, issuer } = stack;
  const { syncConfigId } = await control("POST", "/v1/sync/azure-key-vault/start", { project: project.id });
  const syncId = String(syncConfigId);
  const application = wish.application ?? (await createApplication(stack, `sync-${syncId}`, vault));
  await azure.setup.federatedCredential(application.objectId, {
    name: `kvsync-${syncId.slice(0, 8)}`,
    issuer,
    subject: `enkryptify:sync:azure-key-vault:${syncId}`,
    audiences: ["api://AzureADTokenExchange"],
  });
  await control("POST", `/v1/sync/${syncId}/connect`, {
    tenantId: azure.tenantId,
    clientId: application.clientId,
    vaultUrl: vault.vaultUrl,
    prefix,
  });
  await control("POST", `/v1/sync/${syncId}/link`, { environmentId: project.environmentId });
  return syncId;
}

/** A run as the database has it. Times are in Unix milliseconds. */
export type Run = Readonly<{
  id: string;
  trigger: string;
  state: string;
  startedAt: number;
  endedAt: number | null;
  created: number;
  unchanged: number;
  failed: number;
}>;

/** The runs of a sync that began at this time (Unix ms) or later, oldest first. */
export async function runsSince({ database }: Stack, syncId: string, since = 0): Promise<Run[]> {
  return database.$queryRaw<Run[]>`
    SELECT "id", "trigger", "state", extract(epoch FROM "startedAt")::float8 * 1000 AS "startedAt",
      extract(epoch FROM "endedAt")::float8 * 1000 AS "endedAt", "created", "unchanged", "failed"
    FROM "Run" WHERE "syncId" = ${syncId}::uuid AND "startedAt" >= to_timestamp(${since / 1000}::float8)
    ORDER BY "startedAt"`;
}

export type EndedRun = Run & Readonly<{ endedAt: number }>;

/** Waits for the first run since a time to end well. @throws when it ends otherwise or fails for a secret */
export async function endedRun(
  stack: Stack,
  syncId: string,
  since: number,
  withinMs: number,
): Promise<EndedRun> {
  const run = await until(
    `sync ${syncId} has run`,
    async () => {
      const [first] = await runsSince(stack, syncId, since);
      return first !== undefined && first.endedAt !== null && { ...first, endedAt: first.endedAt };
    },
    { withinMs },
  );
  if (run.state !== "succeeded")
    throw new Error(`a run ended otherwise than expected: ${JSON.stringify(run)}`);
  return run;
}

/** Waits for a sync's first run to begin, which is when its access was found in order. */
export async function begunRun(stack: Stack, syncId: string, withinMs = 60_000): Promise<Run> {
  return until(`sync ${syncId} is validated`, async () => (await runsSince(stack, syncId))[0], {
    withinMs,
    everyMs: 5,
  });
}
