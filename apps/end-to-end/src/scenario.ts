import { randomBytes, randomUUID } from "node:crypto";
import { until } from "@kvsync/testing";
import type { TestSystem } from "./system.ts";

export const SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** A project with one environment. */
export type TestProject = Readonly<{ projectId: string; path: string; environmentId: string }>;

/** A vault with an app registration that nothing trusts yet. */
export type TestVault = Readonly<{
  name: string;
  /** The resource id in Azure. */
  id: string;
  vaultUrl: string;
  tenantId: string;
  applicationId: string;
  clientId: string;
  principalId: string;
}>;

export type Failure = Readonly<{ code: string; message: string; hint: string }>;
export type ShownRecord = Readonly<{
  id: string;
  secretId: string;
  secretName: string;
  vaultName: string | null;
  state: string;
  vaultVersion: string | null;
  attempts: number;
  failure: Failure | null;
  nextAttemptAt: string | null;
}>;
export type ShownRun = Readonly<{
  id: string;
  trigger: string;
  state: string;
  total: number;
  counts: Readonly<Record<string, number>>;
  checkedVault: boolean;
  failure: Failure | null;
}>;
export type ShownSync = Readonly<{
  id: string;
  state: string;
  upToDate: boolean;
  failure: Failure | null;
  lastRun?: ShownRun;
}>;
export type ShownValidation = Readonly<{
  id: string;
  state: string;
  attempts: number;
  failure: Failure | null;
  steps: ReadonlyArray<Readonly<{ step: string; state: string; failure: Failure | null }>>;
}>;

const randomName = (start: string): string => `${start}${randomBytes(5).toString("hex")}`;

/** What the API answers where success is expected. @throws with status and body otherwise */
export async function ok<Body>(
  system: TestSystem,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await system.call(method, path, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function givenProject(
  system: TestSystem,
  variables: Readonly<Record<string, string>> = {},
): Promise<TestProject> {
  const slug = randomName("p");
  const teams = await ok<Array<{ id: string }>>(system, "GET", "/v1/workspace/default/team");
  const project = await ok<{ id: string }>(system, "POST", "/v1/workspace/default/project", {
    name: slug,
    slug,
    teamId: teams[0]?.id,
  });
  const path = `/v1/workspace/default/project/${slug}`;
  const { id: environmentId } = await ok<{ id: string }>(system, "POST", `${path}/environment`, {
    name: "production",
  });
  const given = { projectId: project.id, path, environmentId };
  if (Object.keys(variables).length > 0) await addSecrets(system, given, variables);
  return given;
}

export async function addSecrets(
  system: TestSystem,
  { path, environmentId }: TestProject,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const secrets = Object.entries(variables).map(([key, value]) => ({ key, value }));
  await ok(system, "POST", `${path}/secret`, { environments: [environmentId], secrets });
}

type ListedSecret = Readonly<{ id: string; name: string }>;

async function secretOf(system: TestSystem, project: TestProject, name: string): Promise<ListedSecret> {
  return ok<ListedSecret>(system, "GET", `${project.path}/secret/${name}`);
}

/** Changes a secret's value, and its name where one is given. */
export async function changeSecret(
  system: TestSystem,
  project: TestProject,
  name: string,
  value: string,
  newName: string = name,
): Promise<void> {
  const { id } = await secretOf(system, project, name);
  const values = [{ environmentId: project.environmentId, value, isPersonal: false }];
  await ok(system, "PUT", `${project.path}/secret/${id}`, { name: newName, values });
}

export async function removeSecret(system: TestSystem, project: TestProject, name: string): Promise<void> {
  const { id } = await secretOf(system, project, name);
  await ok(system, "DELETE", `${project.path}/secret/${id}`);
}

/** A vault of its own, an app registration, and the role; what is left out isn't done. */
export async function givenVault(
  { azure }: TestSystem,
  options: Readonly<{ role?: boolean; name?: string }> = {},
): Promise<TestVault> {
  const tenant = azure.createTenant();
  const name = options.name ?? randomName("v");
  const id = `/subscriptions/${randomUUID()}/resourceGroups/test/providers/Microsoft.KeyVault/vaults/${name}`;
  const { saved: vault } = await azure.resources.putVault(id, {
    location: "westeurope",
    properties: { tenantId: tenant.id },
  });
  const application = azure.graph.createApplication(tenant, { displayName: name });
  const principal = azure.graph.createServicePrincipal(tenant, { appId: application.appId });
  const given = {
    name,
    id,
    vaultUrl: azure.addressesOf(vault).vaultUri.replace(/\/$/, ""),
    tenantId: tenant.id,
    applicationId: application.id,
    clientId: application.appId,
    principalId: principal.id,
  };
  if (options.role !== false) grantRole({ azure }, given);
  return given;
}

export function grantRole(
  { azure }: Pick<TestSystem, "azure">,
  vault: TestVault,
  roleDefinitionId = SECRETS_OFFICER,
): void {
  azure.resources.putRoleAssignment(vault.id, randomUUID(), {
    properties: { roleDefinitionId, principalId: vault.principalId },
  });
}

/** Tells Azure to trust a sync. */
export function trustSync(
  { azure, issuer }: TestSystem,
  vault: TestVault,
  syncId: string,
  changes: Readonly<{ issuer?: string; subject?: string; audiences?: [string] }> = {},
): void {
  azure.graph.addFederatedCredential(vault.applicationId, {
    // One of its own, since an app registration may serve several syncs.
    name: `enkryptify-key-vault-sync-${syncId.slice(0, 8)}`,
    issuer,
    subject: `enkryptify:sync:azure-key-vault:${syncId}`,
    audiences: ["api://AzureADTokenExchange"],
    ...changes,
  });
}

export async function createSync(system: TestSystem, project: TestProject): Promise<string> {
  const started = await ok<{ syncConfigId: string }>(system, "POST", "/v1/sync/azure-key-vault/start", {
    project: project.projectId,
  });
  return started.syncConfigId;
}

export async function connectSync(
  system: TestSystem,
  syncId: string,
  vault: TestVault,
  settings: Readonly<{ namePolicy?: string; prefix?: string; tenantId?: string; clientId?: string }> = {},
): Promise<void> {
  const { tenantId, clientId, vaultUrl } = vault;
  await ok(system, "POST", `/v1/sync/${syncId}/connect`, { tenantId, clientId, vaultUrl, ...settings });
}

/** Links the environment. @returns the validation's id */
export async function linkSync(
  system: TestSystem,
  syncId: string,
  { environmentId }: TestProject,
): Promise<string> {
  const linked = await ok<{ validation: { id: string } }>(system, "POST", `/v1/sync/${syncId}/link`, {
    environmentId,
  });
  return linked.validation.id;
}

/** A sync that is set up as a user does it. A worker must run for it to become active. */
export async function givenSync(
  system: TestSystem,
  project: TestProject,
  vault: TestVault,
  settings: Readonly<{ namePolicy?: string; prefix?: string }> = {},
): Promise<string> {
  const syncId = await createSync(system, project);
  trustSync(system, vault, syncId);
  await connectSync(system, syncId, vault, settings);
  await linkSync(system, syncId, project);
  return syncId;
}

export async function showSync(system: TestSystem, syncId: string): Promise<ShownSync> {
  return ok<ShownSync>(system, "GET", `/v1/sync/${syncId}`);
}

/** Waits until a sync has done all that is wanted of it. */
export async function settled(system: TestSystem, syncId: string, withinMs = 60_000): Promise<ShownSync> {
  return until(
    `sync ${syncId} is up to date`,
    async () => {
      const sync = await showSync(system, syncId);
      const running = sync.lastRun === undefined || sync.lastRun.state === "running";
      return sync.state !== "validating" && sync.upToDate && !running && sync;
    },
    withinMs,
  );
}

export async function recordsOf(
  system: TestSystem,
  syncId: string,
  query = "",
): Promise<ReadonlyMap<string, ShownRecord>> {
  const { records } = await ok<{ records: ShownRecord[] }>(
    system,
    "GET",
    `/v1/sync/${syncId}/records?limit=200${query}`,
  );
  return new Map(records.map((record) => [record.secretName, record]));
}

export async function runsOf(system: TestSystem, syncId: string): Promise<readonly ShownRun[]> {
  return (await ok<{ runs: ShownRun[] }>(system, "GET", `/v1/sync/${syncId}/runs`)).runs;
}

/** Waits until a validation has ended. */
export async function endedValidation(
  system: TestSystem,
  syncId: string,
  id: string,
): Promise<ShownValidation> {
  return until(`validation ${id} has ended`, async () => {
    const validation = await ok<ShownValidation>(system, "GET", `/v1/sync/${syncId}/validations/${id}`);
    return (validation.state === "succeeded" || validation.state === "failed") && validation;
  });
}
