import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { WEBHOOK_TEST } from "@kvsync/contracts";
import { createWebhookSecret, localKeyEncryptionKey, type WebhookSecret } from "@kvsync/keys";
import type { CallPolicy, Resolve } from "@kvsync/outbound";
import {
  changeWebhook,
  claimDelivery,
  createWebhook,
  createWorkspace,
  findDelivery,
  findDueDeliveries,
  findWebhook,
  forgetOldWebhookEvents,
  openDatabase,
  redeliver,
  replaceWebhookSecret,
  tellWebhook,
  type Database,
  type DeliveryWithLog,
  type WebhookRow,
} from "@kvsync/store";
import {
  capturingLogger,
  createTestDatabase,
  startReceiver,
  type Receiver,
  type TestDatabase,
} from "@kvsync/testing";
import { Webhook } from "standardwebhooks";
import { defaultDeliveryPolicy, deliver, type DeliveryDependencies } from "./deliver.ts";
import { defaultSchedule } from "./schedule.ts";

const keyEncryptionKey = localKeyEncryptionKey(Buffer.alloc(32, 3));
const open: CallPolicy = { privateAddresses: true, plainHttp: "anywhere" };
const issuer = "https://kvsync.example.com";

let testDatabase: TestDatabase;
let database: Database;
let receiver: Receiver;
let workspaceId: string;
const { logger, lines: logs } = capturingLogger("test");

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 5);
  receiver = await startReceiver();
  ({ id: workspaceId } = await createWorkspace(database, { name: "w", slug: "w", teamName: "t" }));
});
afterAll(async () => {
  await receiver.stop();
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(() => {
  receiver.received.splice(0);
});

type Given = Readonly<{ webhook: WebhookRow; secret: WebhookSecret; deliveryId: string }>;

/** A webhook with a delivery that is due. */
async function given(url = `${receiver.origin}/hook`): Promise<Given> {
  const id = randomUUID();
  const { secret, wrapped } = await createWebhookSecret(keyEncryptionKey, id);
  const wish = { url, description: "", events: [], enabled: true, secret: wrapped };
  const webhook = await createWebhook(database, { ...wish, id, workspaceId }, 1_000);
  if (webhook === null) throw new Error("there are too many webhooks");
  return { webhook, secret, deliveryId: await told(webhook) };
}

const told = (webhook: WebhookRow): Promise<string> =>
  tellWebhook(database, webhook, { type: WEBHOOK_TEST, path: "/w/w", data: { message: "Grüße" } });

const sending = (
  deliveryId: string,
  changes: Partial<DeliveryDependencies> = {},
  stop = new AbortController().signal,
): ReturnType<typeof deliver> => {
  const usual = { callPolicy: open, deliveryPolicy: defaultDeliveryPolicy };
  return deliver({ database, keyEncryptionKey, issuer, logger, ...usual, ...changes }, deliveryId, stop);
};

async function shown({ webhook, deliveryId }: Given): Promise<DeliveryWithLog> {
  const found = await findDelivery(database, webhook.id, deliveryId);
  if (found === null) throw new Error("there is no such delivery");
  return found;
}

/** Lets the time until the next attempt pass. */
const wait = (deliveryId: string): Promise<unknown> =>
  database.webhookDelivery.update({ where: { id: deliveryId }, data: { nextAttemptAt: new Date() } });

describe("a delivery that is taken", () => {
  test("is signed so that a stranger's library takes it, and says what happened", async () => {
    const one = await given();
    expect(await sending(one.deliveryId)).toEqual({ kind: "taken" });
    const [request] = receiver.received;
    if (request === undefined) throw new Error("nothing came");
    expect(new Webhook(one.secret).verify(request.body, request.headers)).toEqual({
      type: "webhook.test",
      timestamp: expect.any(String),
      data: { message: "Grüße", link: "https://kvsync.example.com/w/w" },
    });
    expect(request.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "kvsync-webhooks",
    });
    const other = await given();
    expect(() => new Webhook(other.secret).verify(request.body, request.headers)).toThrow("signature");
    expect(() => new Webhook(one.secret).verify(`${request.body} `, request.headers)).toThrow("signature");
  });

  test("is logged with status and duration, and isn't sent again", async () => {
    const one = await given();
    await sending(one.deliveryId);
    expect(await sending(one.deliveryId)).toEqual({ kind: "nothing" });
    expect(receiver.received).toHaveLength(1);
    const { state, attempts, nextAttemptAt, log } = await shown(one);
    expect({ state, attempts, nextAttemptAt }).toEqual({
      state: "delivered",
      attempts: 1,
      nextAttemptAt: null,
    });
    expect(log).toMatchObject([
      { number: 1, responseStatus: 204, problemCode: null, durationMs: expect.any(Number) },
    ]);
  });

  test("after a rotation carries both signatures, and after a day the new one alone", async () => {
    const one = await given();
    const { secret: next, wrapped } = await createWebhookSecret(keyEncryptionKey, one.webhook.id);
    await replaceWebhookSecret(database, one.webhook, wrapped, new Date(Date.now() + 60_000));
    await sending(one.deliveryId);
    await replaceWebhookSecret(
      database,
      { ...one.webhook, secret: one.webhook.secret },
      wrapped,
      new Date(Date.now() - 1),
    );
    await redeliver(database, one.deliveryId);
    await sending(one.deliveryId);
    const [both, alone] = receiver.received;
    if (both === undefined || alone === undefined) throw new Error("something didn't come");
    for (const secret of [one.secret, next])
      expect(new Webhook(secret).verify(both.body, both.headers)).toBeDefined();
    expect(new Webhook(next).verify(alone.body, alone.headers)).toBeDefined();
    expect(() => new Webhook(one.secret).verify(alone.body, alone.headers)).toThrow("signature");
  });
});

describe("a delivery that isn't taken", () => {
  test("is tried again with the same id and body, until it is taken", async () => {
    const one = await given();
    receiver.answer({ status: 500 }, { status: 200 });
    expect(await sending(one.deliveryId)).toMatchObject({ kind: "again", problem: "ANSWERED_WITH_ERROR" });
    expect(await sending(one.deliveryId)).toEqual({ kind: "nothing" });
    expect((await findWebhook(database, workspaceId, one.webhook.id))?.failingSince).not.toBeNull();
    await wait(one.deliveryId);
    expect(await sending(one.deliveryId)).toEqual({ kind: "taken" });
    const [first, second] = receiver.received;
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.body).toBe(first?.body);
    expect((await findWebhook(database, workspaceId, one.webhook.id))?.failingSince).toBeNull();
    expect((await shown(one)).log).toMatchObject([
      { number: 1, responseStatus: 500, problemCode: "ANSWERED_WITH_ERROR" },
      { number: 2, responseStatus: 200, problemCode: null, nextAttemptAt: null },
    ]);
  });

  test("waits as long as the receiver asks", async () => {
    const one = await given();
    receiver.answer({ status: 429, headers: { "retry-after": "3600" } });
    expect(await sending(one.deliveryId)).toMatchObject({ kind: "again", inMs: 3_600_000 });
    const { nextAttemptAt } = await shown(one);
    expect(nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test("is given up after the last attempt, and can be sent again with all of them before it", async () => {
    const one = await given();
    const deliveryPolicy = { ...defaultDeliveryPolicy, schedule: { ...defaultSchedule, attempts: 2 } };
    receiver.answer({ status: 500 }, { status: 503 }, { status: 500 });
    expect(await sending(one.deliveryId, { deliveryPolicy })).toMatchObject({ kind: "again" });
    await wait(one.deliveryId);
    expect(await sending(one.deliveryId, { deliveryPolicy })).toMatchObject({ kind: "given up" });
    expect(await shown(one)).toMatchObject({ state: "failed", nextAttemptAt: null, responseStatus: 503 });
    await redeliver(database, one.deliveryId);
    expect(await sending(one.deliveryId, { deliveryPolicy })).toMatchObject({ kind: "again" });
    expect((await shown(one)).log.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test("follows no redirect", async () => {
    const one = await given();
    receiver.answer({ status: 308, headers: { location: `${receiver.origin}/elsewhere` } });
    expect(await sending(one.deliveryId)).toMatchObject({ kind: "again", problem: "REDIRECTED" });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook"]);
  });

  test("waits for no answer longer than it may take", async () => {
    const one = await given();
    receiver.answer(() => undefined);
    const deliveryPolicy = { ...defaultDeliveryPolicy, timeoutMs: 50 };
    expect(await sending(one.deliveryId, { deliveryPolicy })).toMatchObject({ problem: "TIMED_OUT" });
  });

  test("reads no endless answer: the status is what counts", async () => {
    const one = await given();
    let written = 0;
    receiver.answer((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(16_000))) written += 16_000;
      };
      response.on("drain", more);
      more();
    });
    expect(await sending(one.deliveryId)).toEqual({ kind: "taken" });
    expect(written).toBeLessThan(50_000_000);
  });

  test.each([
    ["http://127.0.0.1:9/", "CONNECTION_REFUSED"],
    ["https://nobody.invalid/", "NAME_NOT_RESOLVED"],
  ])("%s: %s", async (url, problem) => {
    const one = await given(url);
    const resolve: Resolve = (_hostname, _options, callback) =>
      callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), []);
    expect(await sending(one.deliveryId, { resolve })).toMatchObject({ problem });
  });

  test("an https address that speaks no TLS is a failure of TLS", async () => {
    const one = await given(receiver.origin.replace("http:", "https:"));
    expect(await sending(one.deliveryId)).toMatchObject({ problem: "TLS_FAILED" });
  });
});

describe("an address inside a network", () => {
  const strict: CallPolicy = { privateAddresses: false, plainHttp: "anywhere" };
  const resolvesTo =
    (address: string): Resolve =>
    (_hostname, _options, callback) =>
      callback(null, [{ address, family: address.includes(":") ? 6 : 4 }]);

  test.each(["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"])(
    "isn't connected to, where a name leads to %s at this moment",
    async (address) => {
      const { port } = new URL(receiver.origin);
      const one = await given(`http://hooks.example.com:${port}/`);
      const calling = sending(one.deliveryId, { callPolicy: strict, resolve: resolvesTo(address) });
      expect(await calling).toMatchObject({ problem: "ADDRESS_REFUSED" });
      expect(receiver.received).toEqual([]);
    },
  );

  test("is connected to where that is allowed", async () => {
    const { port } = new URL(receiver.origin);
    const one = await given(`http://hooks.example.com:${port}/`);
    expect(await sending(one.deliveryId, { resolve: resolvesTo("127.0.0.1") })).toEqual({ kind: "taken" });
  });

  test("over plain HTTP isn't called where only https is", async () => {
    const one = await given();
    const callPolicy: CallPolicy = { privateAddresses: true, plainHttp: "nowhere" };
    expect(await sending(one.deliveryId, { callPolicy })).toMatchObject({ problem: "ADDRESS_REFUSED" });
  });
});

describe("a webhook is switched off", () => {
  test("when the receiver answers 410, and what else is on its way to it ends", async () => {
    const one = await given();
    const other = await told(one.webhook);
    receiver.answer({ status: 410 });
    expect(await sending(one.deliveryId)).toEqual({ kind: "given up", problem: "GONE" });
    expect(await findWebhook(database, workspaceId, one.webhook.id)).toMatchObject({
      enabled: false,
      disabledReason: "gone",
    });
    expect(await sending(other)).toEqual({ kind: "nothing" });
    expect(await shown({ ...one, deliveryId: other })).toMatchObject({
      state: "failed",
      problemCode: "SWITCHED_OFF",
    });
    expect(logs.join("")).toContain("a webhook was switched off");
  });

  test("when nothing was taken for days; a success in between begins anew", async () => {
    const one = await given();
    const since = (days: number): Promise<unknown> =>
      database.webhookEndpoint.update({
        where: { id: one.webhook.id },
        data: { failingSince: new Date(Date.now() - days * 86_400_000) },
      });
    receiver.answer({ status: 500 }, { status: 200 }, { status: 500 }, { status: 500 });
    const states: unknown[] = [];
    for (const days of [4, 4.9, null, 5.1]) {
      if (days !== null) await since(days);
      await redeliver(database, one.deliveryId);
      await sending(one.deliveryId);
      const { enabled, disabledReason } = (await findWebhook(database, workspaceId, one.webhook.id)) ?? {};
      states.push([enabled, disabledReason]);
    }
    expect(states).toEqual([
      [true, null],
      [true, null],
      [true, null],
      [false, "failing"],
    ]);
  });

  test("and begins with a clean slate when it is switched on again", async () => {
    const one = await given();
    receiver.answer({ status: 410 });
    await sending(one.deliveryId);
    expect(await changeWebhook(database, one.webhook.id, { enabled: true })).toMatchObject({
      enabled: true,
      disabledReason: null,
      failingSince: null,
    });
    await redeliver(database, one.deliveryId);
    expect(await sending(one.deliveryId)).toEqual({ kind: "taken" });
  });

  test("between fan-out and sending: nothing is sent", async () => {
    const one = await given();
    await database.webhookEndpoint.update({ where: { id: one.webhook.id }, data: { enabled: false } });
    expect(await sending(one.deliveryId)).toEqual({ kind: "given up", problem: "SWITCHED_OFF" });
    expect(receiver.received).toEqual([]);
  });
});

describe("a worker that ends in between", () => {
  test("leaves a claim that ends by itself: it is sent again with the same id, and the log says so", async () => {
    const one = await given();
    expect(await claimDelivery(database, one.deliveryId, 60_000)).toMatchObject({ number: 1 });
    expect(await sending(one.deliveryId)).toEqual({ kind: "nothing" });
    expect(await findDueDeliveries(database, 1_000)).not.toContain(one.deliveryId);
    await database.webhookDelivery.update({
      where: { id: one.deliveryId },
      data: { claimedUntil: new Date(Date.now() - 1) },
    });
    expect(await findDueDeliveries(database, 1_000)).toContain(one.deliveryId);
    expect(await sending(one.deliveryId)).toEqual({ kind: "taken" });
    expect((await shown(one)).log).toMatchObject([
      { number: 1, problemCode: "INTERRUPTED" },
      { number: 2, problemCode: null, responseStatus: 204 },
    ]);
  });

  test("when it is told to stop, leaves the delivery due at once, and the receiver isn't blamed", async () => {
    const one = await given();
    const stop = new AbortController();
    receiver.answer(() => stop.abort());
    expect(await sending(one.deliveryId, {}, stop.signal)).toMatchObject({
      kind: "again",
      inMs: 0,
      problem: "INTERRUPTED",
    });
    expect(await findDueDeliveries(database, 1_000)).toContain(one.deliveryId);
    expect((await findWebhook(database, workspaceId, one.webhook.id))?.failingSince).toBeNull();
  });

  test("of many workers that come for it at once, one sends it", async () => {
    const one = await given();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => sending(one.deliveryId)));
    expect(outcomes.filter(({ kind }) => kind === "taken")).toHaveLength(1);
    expect(receiver.received).toHaveLength(1);
  });
});

test("a secret that another key wrapped is said to be unreadable, and nothing is sent unsigned", async () => {
  const one = await given();
  const changes = { keyEncryptionKey: localKeyEncryptionKey(Buffer.alloc(32, 4)) };
  expect(await sending(one.deliveryId, changes)).toMatchObject({ problem: "SECRET_UNREADABLE" });
  expect(receiver.received).toEqual([]);
});

test("events are forgotten after their time, with deliveries and log", async () => {
  const one = await given();
  await sending(one.deliveryId);
  const { eventId } = await shown(one);
  await database.webhookEvent.update({
    where: { id: eventId },
    data: { createdAt: new Date(Date.now() - 31 * 86_400_000) },
  });
  expect(await forgetOldWebhookEvents(database, 30)).toBe(1);
  expect(await findDelivery(database, one.webhook.id, one.deliveryId)).toBeNull();
});

test("no log line tells a secret or an address", () => {
  expect(logs.join("")).not.toMatch(/whsec_|127\.0\.0\.1/);
});
