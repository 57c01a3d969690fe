import type { AuditAction } from "@kvsync/contracts";
import type { AuditEventBody, AuditPageBody } from "@kvsync/contracts/api";
import { tellWebhook } from "@kvsync/store";
import { everywhere, randomName, type Answer, type TestControl } from "./control.ts";

/** A project, its address in the API, and the ids of its environments. */
export type GivenProject = Readonly<{ id: string; slug: string; path: string; environments: string[] }>;

/** An error as every part of the API answers it. */
export type Problem = Readonly<{ message: string; code: string }>;

/** What the API answers where success is expected. @throws with status and body otherwise */
export async function ok<Body>(
  control: TestControl,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer: Answer<Body> = await control.ask<Body>(method, path, { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** A project with so many environments. */
export async function givenProject(
  control: TestControl,
  environmentCount = 1,
  teamId: string = control.teamId,
): Promise<GivenProject> {
  const slug = randomName("p");
  const { id } = await ok<{ id: string }>(control, "POST", "/v1/workspace/default/project", {
    name: slug,
    slug,
    teamId,
  });
  const path = `/v1/workspace/default/project/${slug}`;
  const environments: string[] = [];
  for (let index = 0; index < environmentCount; index += 1) {
    const created = await ok<{ id: string }>(control, "POST", `${path}/environment`, {
      name: `environment ${index}`,
    });
    environments.push(created.id);
  }
  return { id, slug, path, environments };
}

/** Secrets with the same values in all environments of the project. */
export async function givenSecrets(
  control: TestControl,
  { path, environments }: GivenProject,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const secrets = Object.entries(values).map(([key, value]) => ({ key, value }));
  await ok(control, "POST", `${path}/secret`, { environments, secrets });
}

/** Another workspace with a project, an environment, a secret-less sync and an admin's token of its own. */
export async function givenForeignWorkspace(control: TestControl): Promise<{
  workspaceId: string;
  teamId: string;
  projectId: string;
  environmentId: string;
  syncId: string;
  tokenId: string;
  token: string;
}> {
  const { database } = control;
  const slug = randomName("w");
  const { id: workspaceId } = await database.workspace.create({ data: { name: slug, slug } });
  const { id: teamId } = await database.team.create({ data: { workspaceId, name: "Theirs" } });
  const { id: projectId } = await database.project.create({
    data: { workspaceId, teamId, name: "theirs", slug: "theirs" },
  });
  const { id: environmentId } = await database.environment.create({ data: { projectId, name: "theirs" } });
  const { id: syncId } = await database.sync.create({ data: { workspaceId, projectId, name: "theirs" } });
  const { id: tokenId, token } = await control.token({ workspaceId, role: "admin" });
  return { workspaceId, teamId, projectId, environmentId, syncId, tokenId, token };
}

/** The id of an invitation that waits to be accepted. */
export async function givenInvitation(
  { database, workspaceId: own }: TestControl,
  workspaceId: string = own,
): Promise<string> {
  const token = randomName("invitation");
  const invitation = await database.invitation.create({
    data: {
      workspaceId,
      email: `${token}@example.com`,
      role: "member",
      scope: everywhere,
      hash: new Uint8Array(Buffer.from(token)),
      expiresAt: new Date(Date.now() + 60_000),
    },
  });
  return invitation.id;
}

/** A webhook with a delivery that was taken, whose receiver nobody asks. */
export async function givenWebhook(
  { database, workspaceId: own }: TestControl,
  workspaceId: string = own,
): Promise<{ webhookId: string; deliveryId: string }> {
  const url = `https://${randomName("hooks-")}.example.com/`;
  const { id: webhookId } = await database.webhookEndpoint.create({
    data: { workspaceId, url, events: ["sync.recovered"], secret: new Uint8Array(61) },
  });
  const deliveryId = await tellWebhook(
    database,
    { id: webhookId, workspaceId },
    { type: "webhook.test", path: "/", data: { message: "A test." } },
  );
  await database.webhookDelivery.update({
    where: { id: deliveryId },
    data: { state: "delivered", nextAttemptAt: null, attempts: 1, responseStatus: 204 },
  });
  return { webhookId, deliveryId };
}

/** The id of a new sync of the project. */
export async function givenSync(control: TestControl, { slug }: GivenProject): Promise<string> {
  const started = await ok<{ syncConfigId: string }>(control, "POST", "/v1/sync/azure-key-vault/start", {
    project: slug,
  });
  return started.syncConfigId;
}

/** A sync that a worker has made active, as far as the database tells. */
export async function givenActiveSync(
  control: TestControl,
  project: GivenProject,
  environmentId: string | undefined = project.environments[0],
): Promise<string> {
  const syncId = await givenSync(control, project);
  await control.database.sync.update({
    where: { id: syncId },
    data: {
      state: "active",
      environmentId: environmentId ?? null,
      ...connection,
      connectedAt: new Date(),
      activatedAt: new Date(),
    },
  });
  return syncId;
}

/** A record as a run leaves it; blocked unless `changes` say otherwise. */
export async function givenRecord(
  { database }: TestControl,
  record: Readonly<{ syncId: string; secretId: string; secretName: string }>,
  changes: Readonly<{ state?: string; heldKey?: string; vaultUrl?: string; versions?: number }> = {},
): Promise<void> {
  const { secretName: vaultName } = record;
  await database.syncRecord.create({ data: { vaultName, state: "blocked", ...record, ...changes } });
}

/** What was noted of a sync since it was given, newest first; of one action alone where one is named. */
export async function notedOf(
  control: TestControl,
  syncId: string,
  action?: AuditAction,
): Promise<AuditEventBody[]> {
  const { events } = await ok<AuditPageBody>(control, "GET", `/v1/sync/${syncId}/audit`);
  return events.filter((event) =>
    action === undefined ? event.action !== "sync.started" : event.action === action,
  );
}

/** The id of a secret of the project. */
export async function secretIdOf(
  control: TestControl,
  { path }: GivenProject,
  name: string,
): Promise<string> {
  return (await ok<{ id: string }>(control, "GET", `${path}/secret/${name}`)).id;
}

/** What `connect` takes. */
export const connection = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-aaaaaaaaaaaa",
  vaultUrl: "https://my-vault.vault.azure.net",
};
