import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { allOperations, exampleIds, type Operation } from "@kvsync/contracts/api";
import { everywhere, randomName, startControl, type Given, type TestControl } from "../testing/control.ts";
import { endpointOf, type Endpoint } from "../testing/endpoints.ts";
import {
  connection,
  givenActiveSync,
  givenInvitation,
  givenProject,
  givenRecord,
  givenSecrets,
  givenWebhook,
  givenSync,
  ok,
  secretIdOf,
} from "../testing/given.ts";
import { startIdentityProvider, type IdentityProvider } from "../testing/identity-provider.ts";
import { FROM_HERE, givenPerson } from "../testing/people.ts";

let control: TestControl;
let idp: IdentityProvider;
beforeAll(async () => {
  control = await startControl({ planWaitMs: 1 });
  idp = await startIdentityProvider(control.origin);
});
afterAll(async () => {
  await idp.stop();
  await control.stop();
});

/** What an operation needs to succeed beside its examples: a change of the request, made of what is there. */
type Arrange = (
  endpoint: Endpoint,
  syncId: string,
  secretId: string,
) => Promise<Partial<Pick<Endpoint, "path" | "body"> & Pick<Given, "token" | "headers">>>;

/** Asks from a browser, in which somebody is signed in unless it is told otherwise. */
const inBrowser = (cookie?: string): Pick<Given, "token" | "headers"> => ({
  token: null,
  headers: { ...FROM_HERE, ...(cookie === undefined ? {} : { cookie }) },
});

const arrangements: Readonly<Record<string, Arrange>> = {
  getSession: async () => inBrowser((await givenPerson(control)).cookie),
  signIn: async () => {
    const { email, password } = await givenPerson(control);
    return { ...inBrowser(), body: { email, password } };
  },
  signOut: async () => inBrowser((await givenPerson(control)).cookie),
  changePassword: async ({ body }) => {
    const { cookie, password } = await givenPerson(control);
    return { ...inBrowser(cookie), body: { ...body, current: password } };
  },
  inviteMember: async ({ body }) => ({ body: { ...body, email: `${randomName("new")}@example.com` } }),
  lookAtInvitation: async () => ({ ...inBrowser(), body: { token: await invitationToken() } }),
  acceptInvitation: async ({ body }) => ({
    ...inBrowser(),
    body: { ...body, token: await invitationToken() },
  }),
  lookAtDevice: async ({ body }) => ({
    ...inBrowser((await givenPerson(control)).cookie),
    body: { ...body, userCode: (await deviceCodes()).userCode },
  }),
  decideDevice: async ({ body }) => ({
    ...inBrowser((await givenPerson(control)).cookie),
    body: { ...body, userCode: (await deviceCodes()).userCode },
  }),
  pollDevice: async () => {
    const { deviceCode, userCode } = await deviceCodes();
    const { ask } = await givenPerson(control);
    await ask("POST", "/v1/auth/device/decide", { body: { userCode, approve: true } });
    return { body: { clientId: "kvsync-cli", deviceCode } };
  },
  getSingleSignOn: givenSingleSignOn,
  putSingleSignOn: async ({ body }) => ({ body: { ...body, issuer: idp.issuer } }),
  removeSingleSignOn: givenSingleSignOn,
  changeMe: async () => inBrowser((await givenPerson(control)).cookie),
  createTeam: async () => ({ body: { name: randomName("t") } }),
  renameTeam: async ({ path }) => ({
    path: path.replace(exampleIds.team, await givenTeam()),
    body: { name: randomName("t") },
  }),
  deleteTeam: async ({ path }) => ({ path: path.replace(exampleIds.team, await givenTeam()) }),
  deleteProject: async () => ({ path: (await givenProject(control)).path }),
  deleteEnvironment: async () => {
    const { path, environments } = await givenProject(control);
    return { path: `${path}/environment/${environments[0]}` };
  },
  createProject: async () => ({ body: { name: "p", slug: randomName("p"), teamId: control.teamId } }),
  createSecrets: async ({ body }) => ({ body: { ...body, secrets: [{ key: "ANOTHER", value: "v" }] } }),
  linkSync: async ({ body, path }) => {
    const project = await givenProject(control);
    const syncId = await givenSync(control, project);
    const data = { ...connection, connectedAt: new Date(), state: "awaiting_environment" };
    await control.database.sync.update({ where: { id: syncId }, data });
    const [environmentId = ""] = project.environments;
    return { path: path.replace(/sync\/[^/]+/, `sync/${syncId}`), body: { ...body, environmentId } };
  },
  resumeSync: async (_endpoint, syncId) => {
    await control.database.sync.update({ where: { id: syncId }, data: { state: "paused" } });
    return {};
  },
  adoptSecrets: async (_endpoint, syncId, secretId) => {
    await givenRecord(control, { syncId, secretId, secretName: "API_KEY" });
    return {};
  },
  retryRecords: async (_endpoint, syncId, secretId) => {
    await givenRecord(control, { syncId, secretId, secretName: "API_KEY" });
    return {};
  },
  getRecord: async ({ path }, syncId, secretId) => {
    await givenRecord(control, { syncId, secretId, secretName: "API_KEY" });
    const { id } = await control.database.syncRecord.findFirstOrThrow({ where: { syncId } });
    return { path: path.replace(exampleIds.record, id) };
  },
  releaseName: async (_endpoint, syncId, secretId) => {
    await control.database.syncName.create({ data: { syncId, secretId, vaultName: "chosen" } });
    return {};
  },
  getRun: async ({ path }, syncId) => {
    const data = { syncId, trigger: "manual", epoch: 1, generation: 1 };
    const { id } = await control.database.run.create({ data });
    return { path: path.replace(exampleIds.run, id) };
  },
  getValidation: async ({ path }, syncId) => {
    const data = { syncId, environmentId: exampleIds.environment };
    const { id } = await control.database.validation.create({ data });
    return { path: path.replace(exampleIds.validation, id) };
  },
  getPlan: async ({ path }, syncId) => ({ path: path.replace(exampleIds.plan, await givenPlan(syncId)) }),
  approvePlan: async ({ path }, syncId) => ({ path: path.replace(exampleIds.plan, await givenPlan(syncId)) }),
};

async function givenTeam(): Promise<string> {
  const data = { workspaceId: control.workspaceId, name: randomName("t") };
  return (await control.database.team.create({ data })).id;
}

async function invitationToken(): Promise<string> {
  const email = `${randomName("new")}@example.com`;
  const body = { email, role: "member", scope: everywhere };
  const invited = await ok<{ token: string }>(control, "POST", "/v1/workspace/default/members", body);
  return invited.token;
}

async function givenSingleSignOn(): Promise<Record<string, never>> {
  const { issuer, clientId, clientSecret } = idp;
  const provider = { name: "Contoso", issuer, clientId, clientSecret, domains: ["example.com"], join: null };
  await ok(control, "PUT", "/v1/workspace/default/single-sign-on", provider);
  return {};
}

const deviceCodes = (): Promise<{ deviceCode: string; userCode: string }> =>
  ok(control, "POST", "/v1/auth/device/code", { clientId: "kvsync-cli" });

async function givenPlan(syncId: string): Promise<string> {
  const data = { syncId, state: "awaiting_approval", asks: "first-plan", counts: { create: 1 } };
  const { id: planId } = await control.database.syncPlan.create({ data });
  await control.database.sync.update({ where: { id: syncId }, data: { awaitingPlanId: planId } });
  const secret = { secretId: exampleIds.secret, secretName: "API_KEY" };
  await control.database.syncPlanAction.create({ data: { planId, position: 0, kind: "create", ...secret } });
  return planId;
}

/** Succeeds only beside a local Azure: the wizard's tests in apps/end-to-end do it, in a browser. */
const NEEDS_LOCAL_AZURE = "setUpLocalAzure";

/** Control's answers are held against the description by `ask` itself. */
test.each(
  allOperations
    .filter(({ id }) => id !== NEEDS_LOCAL_AZURE)
    .map((operation): [string, Operation] => [operation.id, operation]),
)("%s succeeds with its examples, and its answer is as the description says", async (id, operation) => {
  const project = await givenProject(control);
  await givenSecrets(control, project, { API_KEY: "value" });
  const secretId = await secretIdOf(control, project, "API_KEY");
  const syncId = await givenActiveSync(control, project);
  const { id: tokenId } = await control.token();
  const { memberId } = await givenPerson(control);
  const invitationId = await givenInvitation(control);
  const webhook = operation.path.includes("{webhookId}")
    ? await givenWebhook(control)
    : { webhookId: exampleIds.webhook, deliveryId: exampleIds.delivery };
  const ids = { syncId, secretId, tokenId, memberId, invitationId, ...webhook };
  const example = endpointOf(operation, { project, ...ids });
  const arranged = { ...example, ...(await arrangements[id]?.(example, syncId, secretId)) };
  const { method, path, ...given } = arranged;
  const { status, text } = await control.ask(method, path, given);
  expect([status < 300, text]).toEqual([true, text]);
  expect(Object.keys(operation.answers)).toContain(String(status));
});
