import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createSigningKey, defaultRotationPolicy, localKeyEncryptionKey, planRotation } from "@kvsync/keys";
import { rotateSigningKeys } from "@kvsync/store";
import { startReceiver, until, type Received, type Receiver } from "@kvsync/testing";
import { Webhook } from "standardwebhooks";
import { emptyRedis } from "./disturbances.ts";
import { changeSecret, givenProject, givenSync, givenVault, ok, settled } from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";

const LIST = "/v1/workspace/default/webhooks";
const EVENTS = ["sync.run.failed", "sync.recovered", "sync.drift.found", "signing_key.rotated"];

type Told = Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;

let system: TestSystem;
let receiver: Receiver;
let webhook: Readonly<{ id: string; secret: string }>;

beforeAll(async () => {
  system = await startTestSystem();
  receiver = await startReceiver();
  webhook = await ok(system, "POST", LIST, { url: `${receiver.origin}/hook`, events: EVENTS });
});
afterEach(killWorkerProcesses);
afterAll(async () => {
  await receiver.stop();
  await system.stop();
});

/** Waits for an event, and checks that it is from here as a stranger does. */
async function next(type: string, after = 0): Promise<Told> {
  const found = await until(`“${type}” is told`, () =>
    receiver.received.slice(after).find(({ body }) => body.includes(`"type":"${type}"`)),
  );
  return new Webhook(webhook.secret).verify(found.body, found.headers) as Told;
}

const sendTest = (): Promise<{ id: string; messageId: string }> =>
  ok(system, "POST", `${LIST}/${webhook.id}/test`);

const arrivals = (messageId: string): Received[] =>
  receiver.received.filter(({ headers }) => headers["webhook-id"] === messageId);

test("a worker that is killed between sending and noting it: sent again by another, with the same id", async () => {
  const doomed = await startWorkerProcess(system, { WEBHOOK_PRIVATE: "true", WEBHOOK_HTTP: "true" });
  receiver.answer(() => undefined);
  const { id, messageId } = await sendTest();
  await until("it arrives", () => arrivals(messageId).length === 1);
  await doomed.kill();
  await system.database.webhookDelivery.update({
    where: { id },
    data: { claimedUntil: new Date(Date.now() - 1) },
  });

  await system.startWorker({ retry: { graceMs: 0 } });
  await until("it arrives again", () => arrivals(messageId).length === 2);
  const delivery = await until("it is noted", async () => {
    const shown = await ok<{ state: string }>(system, "GET", `${LIST}/${webhook.id}/deliveries/${id}`);
    return shown.state === "delivered" && shown;
  });
  expect(delivery).toMatchObject({
    attempts: 2,
    log: [{ problem: { code: "INTERRUPTED" } }, { problem: null, responseStatus: 204 }],
  });
});

test("a sync that begins to fail is told of once, recovers once, and drift is found", async () => {
  const project = await givenProject(system, { "api-key": "first", DB_HOST: "a value" });
  const vault = await givenVault(system);
  const syncId = await givenSync(system, project, vault, { namePolicy: "strict" });
  await settled(system, syncId);
  const failed = await next("sync.run.failed");
  expect(failed.data).toMatchObject({
    sync: { id: syncId },
    project: { id: project.projectId },
    environment: { id: project.environmentId, name: "production" },
    code: "NAME_UNSUPPORTED",
    failing: [{ code: "NAME_UNSUPPORTED", secrets: 1 }],
    message: expect.stringContaining("1 secret of "),
    link: expect.stringMatching(`^${system.issuer}/w/default/syncs/${syncId}/runs/`),
  });
  expect(JSON.stringify(failed)).not.toMatch(/DB_HOST|api-key|a value/);

  await changeSecret(system, project, "api-key", "second");
  await until("the change arrives", () => system.azure.peek(vault.name, "api-key") === "second");
  await settled(system, syncId);
  await changeSecret(system, project, "DB_HOST", "a value", "DB-HOST");
  expect((await next("sync.recovered")).data).toMatchObject({
    sync: { id: syncId },
    codes: ["NAME_UNSUPPORTED"],
  });
  expect(receiver.received.filter(({ body }) => body.includes("sync.run.failed"))).toHaveLength(1);

  await system.database.sync.update({ where: { id: syncId }, data: { driftPolicy: "report" } });
  const { id: secretId } = await ok<{ id: string }>(system, "GET", `${project.path}/secret/api-key`);
  const tags = { "managed-by": "enkryptify", "enkryptify-sync": syncId, "enkryptify-secret": secretId };
  system.azure.seedSecret(vault.name, "api-key", { value: "somebody else's", tags });
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  expect((await next("sync.drift.found")).data).toMatchObject({ repaired: 0, changed: 1, missing: 0 });
  await settled(system, syncId);
  const before = await ok<{ deliveries: unknown[] }>(system, "GET", `${LIST}/${webhook.id}/deliveries`);
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  await settled(system, syncId);
  const after = await ok<{ deliveries: unknown[] }>(system, "GET", `${LIST}/${webhook.id}/deliveries`);
  expect(after.deliveries).toHaveLength(before.deliveries.length);
});

test("a signing key that takes over is told of", async () => {
  const keyEncryptionKey = localKeyEncryptionKey(Buffer.from(system.keyEncryptionKey, "base64"));
  const now = new Date();
  await rotateSigningKeys(
    system.database,
    (ring) => planRotation(ring, now, defaultRotationPolicy, "emergency"),
    () => createSigningKey(keyEncryptionKey),
    now,
  );
  const { data } = await next("signing_key.rotated");
  const active = await system.database.signingKey.findFirstOrThrow({ where: { state: "active" } });
  expect(data).toMatchObject({ signingKey: { kid: active.id }, link: `${system.issuer}/w/default` });
});

test("what is on its way survives an emptied Redis", async () => {
  receiver.answer({ status: 500 });
  const { id, messageId } = await sendTest();
  await until("its first attempt is noted", async () => {
    const { attempts, nextAttemptAt } = await system.database.webhookDelivery.findUniqueOrThrow({
      where: { id },
    });
    return attempts === 1 && nextAttemptAt !== null && nextAttemptAt > new Date();
  });
  expect(await emptyRedis(system)).toBeGreaterThan(0);
  await system.database.webhookDelivery.update({ where: { id }, data: { nextAttemptAt: new Date() } });
  await until("it arrives all the same", () => arrivals(messageId).length === 2);
});

test("jobs, logs and audit hold neither addresses nor secrets", async () => {
  expect(system.logs.join("")).not.toContain("whsec_");
  expect(system.logs.join("")).not.toContain(receiver.origin);
});
