import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  MAX_WEBHOOKS,
  type DeliveryBody,
  type DeliveryLogBody,
  type NewWebhookBody,
  type WebhookBody,
} from "@kvsync/contracts/api";
import { unwrapWebhookSecret, localKeyEncryptionKey } from "@kvsync/keys";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenForeignWorkspace, givenWebhook, ok, type Problem } from "../testing/given.ts";

const LIST = "/v1/workspace/default/webhooks";
const wish = { url: "https://hooks.example.com/kvsync?key=k", events: ["sync.run.failed"] };

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const create = (changes: object = {}): Promise<NewWebhookBody> =>
  ok(control, "POST", LIST, { ...wish, ...changes });

describe("creating one", () => {
  test("answers the secret once, and keeps it wrapped", async () => {
    const { secret, ...webhook } = await create({ description: " The team's chat " });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({
      ...wish,
      description: "The team's chat",
      enabled: true,
      disabled: null,
      failingSince: null,
      lastDelivery: null,
    });
    expect(await ok(control, "GET", `${LIST}/${webhook.id}`)).toEqual(webhook);
    const row = await control.database.webhookEndpoint.findUniqueOrThrow({ where: { id: webhook.id } });
    const key = localKeyEncryptionKey(Buffer.alloc(32, 7));
    const bytes = await unwrapWebhookSecret(key, webhook.id, row.secret);
    expect(`whsec_${Buffer.from(bytes).toString("base64")}`).toBe(secret);
  });

  test.each([
    ["no address", { url: undefined }, "url: "],
    ["no address at all", { url: "hooks" }, "url: must be an https address"],
    ["another protocol", { url: "ftp://hooks.example.com" }, "url: must be an https address"],
    ["http", { url: "http://hooks.example.com" }, "url: must be an https address"],
    ["a password", { url: "https://a:b@hooks.example.com" }, "url: must have no user or password"],
    ["a fragment", { url: "https://hooks.example.com/#a" }, "url: must have no fragment"],
    ["the loopback", { url: "https://127.0.0.1/" }, "url: must not be an address inside a network"],
    ["the loopback in other words", { url: "https://2130706433/" }, "url: must not be an address inside"],
    ["a cloud's metadata", { url: "https://169.254.169.254/" }, "url: must not be an address inside"],
    ["IPv4 in IPv6", { url: "https://[::ffff:10.0.0.1]/" }, "url: must not be an address inside"],
    ["too long an address", { url: `https://hooks.example.com/${"a".repeat(2_000)}` }, "url: "],
    ["no events", { events: [] }, "events: must name an event"],
    ["an unknown event", { events: ["sync.exploded"] }, "events.0: "],
    ["the test as event", { events: ["webhook.test"] }, "events.0: "],
    ["too long a description", { description: "d".repeat(201) }, "description: "],
    ["a secret of one's own", { secret: "whsec_AAAA" }, "secret"],
  ])("refuses %s, naming the field", async (_, changes, message) => {
    const before = await ok<WebhookBody[]>(control, "GET", LIST);
    const answer = await control.ask<Problem>("POST", LIST, { body: { ...wish, ...changes } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "VALIDATION", message: expect.stringContaining(message) });
    expect(await ok<WebhookBody[]>(control, "GET", LIST)).toHaveLength(before.length);
  });

  test("an event that is named twice counts once", async () => {
    const events = ["sync.recovered", "sync.run.failed", "sync.recovered"];
    expect((await create({ events })).events).toEqual(["sync.recovered", "sync.run.failed"]);
  });
});

test("a change leaves what isn't named, and a change of the address is checked like a new one", async () => {
  const { secret: _, ...webhook } = await create();
  const one = `${LIST}/${webhook.id}`;
  const events = ["sync.drift.found", "signing_key.rotated"];
  expect(await ok(control, "PATCH", one, { events })).toEqual({ ...webhook, events });
  const refused = await control.ask<Problem>("PATCH", one, { body: { url: "https://10.0.0.1/" } });
  expect(refused.body.message).toBe("url: must not be an address inside a network");
  expect(await ok(control, "PATCH", one, {})).toEqual({ ...webhook, events });
});

test("another secret leaves the one before for a day", async () => {
  const webhook = await create();
  const rotated = await ok<NewWebhookBody>(control, "POST", `${LIST}/${webhook.id}/rotate-secret`);
  expect(rotated.secret).not.toBe(webhook.secret);
  const until = Date.parse(rotated.previousSecretUntil ?? "");
  expect(Math.abs(until - Date.now() - 86_400_000)).toBeLessThan(60_000);
});

test("one that is switched off gets nothing: what is on its way ends, and no test is sent", async () => {
  const { id } = await create();
  const test = await ok<DeliveryBody>(control, "POST", `${LIST}/${id}/test`);
  const off = await ok<WebhookBody>(control, "PATCH", `${LIST}/${id}`, { enabled: false });
  expect(off).toMatchObject({ enabled: false, disabled: { reason: "by-hand" } });
  const delivery = await ok<DeliveryLogBody>(control, "GET", `${LIST}/${id}/deliveries/${test.id}`);
  expect(delivery).toMatchObject({ state: "failed", problem: { code: "SWITCHED_OFF" } });
  for (const path of ["test", `deliveries/${test.id}/redeliver`]) {
    const answer = await control.ask<Problem>("POST", `${LIST}/${id}/${path}`);
    expect([answer.status, answer.body.code]).toEqual([409, "WEBHOOK_OFF"]);
  }
  const on = await ok<WebhookBody>(control, "PATCH", `${LIST}/${id}`, { enabled: true });
  expect(on).toMatchObject({ enabled: true, disabled: null });
});

test("of what was switched off by itself, the reason is told", async () => {
  const { id } = await create();
  const data = { enabled: false, disabledReason: "failing", disabledAt: new Date() };
  await control.database.webhookEndpoint.update({ where: { id }, data });
  const shown = await ok<WebhookBody>(control, "GET", `${LIST}/${id}`);
  expect(shown.disabled).toMatchObject({ reason: "failing", message: expect.stringContaining("five days") });
});

describe("deliveries", () => {
  test("a test is on its way at once, and its body is shown as it is sent", async () => {
    const { id } = await create();
    const delivery = await ok<DeliveryBody>(control, "POST", `${LIST}/${id}/test`);
    expect(delivery).toMatchObject({ event: "webhook.test", state: "pending", attempts: 0, problem: null });
    const job = await control.doorbell.queues.webhooks.getJobs(["waiting"]);
    expect(job.map(({ data }) => data)).toContainEqual({ deliveryId: delivery.id });
    const log = await ok<DeliveryLogBody>(control, "GET", `${LIST}/${id}/deliveries/${delivery.id}`);
    expect(JSON.parse(log.payload)).toEqual({
      type: "webhook.test",
      timestamp: delivery.createdAt,
      data: { message: expect.any(String), link: `${control.issuer}/w/default/settings/webhooks` },
    });
    expect(log.log).toEqual([]);
  });

  test("are listed newest first, page by page, and by state", async () => {
    const { id } = await create();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1)
      made.unshift((await ok<DeliveryBody>(control, "POST", `${LIST}/${id}/test`)).id);
    await control.database.webhookDelivery.update({
      where: { id: made[2] ?? "" },
      data: { state: "failed", nextAttemptAt: null, problemCode: "TIMED_OUT" },
    });
    type Page = Readonly<{ deliveries: DeliveryBody[]; nextCursor: string | null }>;
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "limit=2" : `limit=2&cursor=${cursor}`;
      const page: Page = await ok<Page>(control, "GET", `${LIST}/${id}/deliveries?${query}`);
      seen.push(...page.deliveries.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(made);
    const failed = await ok<Page>(control, "GET", `${LIST}/${id}/deliveries?state=failed,delivered`);
    expect(failed.deliveries).toMatchObject([{ id: made[2], problem: { code: "TIMED_OUT" } }]);
    const { status } = await control.ask("GET", `${LIST}/${id}/deliveries?cursor=nonsense`);
    expect(status).toBe(400);
  });

  test("one that was taken can be asked for again", async () => {
    const { webhookId, deliveryId } = await givenWebhook(control);
    const path = `${LIST}/${webhookId}/deliveries/${deliveryId}/redeliver`;
    expect(await ok(control, "POST", path)).toMatchObject({ state: "pending", attempts: 1 });
  });

  test("of one webhook aren't found at another", async () => {
    const one = await givenWebhook(control);
    const other = await givenWebhook(control);
    const path = `${LIST}/${one.webhookId}/deliveries/${other.deliveryId}`;
    for (const [method, end] of [
      ["GET", ""],
      ["POST", "/redeliver"],
    ] as const) {
      const answer = await control.ask<Problem>(method, `${path}${end}`);
      expect([answer.status, answer.body.code]).toEqual([404, "DELIVERY_NOT_FOUND"]);
    }
  });
});

test("one that is deleted is gone, with its log", async () => {
  const { webhookId, deliveryId } = await givenWebhook(control);
  await ok(control, "DELETE", `${LIST}/${webhookId}`);
  const { status } = await control.ask("GET", `${LIST}/${webhookId}`);
  expect(status).toBe(404);
  expect(await control.database.webhookDelivery.count({ where: { id: deliveryId } })).toBe(0);
});

test("who did what is noted, without addresses and secrets", async () => {
  const { id, secret } = await create();
  await ok(control, "PATCH", `${LIST}/${id}`, { enabled: false });
  await ok(control, "PATCH", `${LIST}/${id}`, { enabled: true });
  await ok(control, "POST", `${LIST}/${id}/rotate-secret`);
  await ok(control, "POST", `${LIST}/${id}/test`);
  await ok(control, "DELETE", `${LIST}/${id}`);
  const own = await control.database.auditEvent.findMany({
    where: { entityId: id },
    orderBy: { sequence: "asc" },
    omit: { sequence: true },
  });
  expect(own.map(({ action }) => action)).toEqual([
    "webhook.created",
    "webhook.changed",
    "webhook.changed",
    "webhook.secret-rotated",
    "webhook.tested",
    "webhook.deleted",
  ]);
  expect(JSON.stringify(own)).not.toContain("key=k");
  expect(JSON.stringify(own)).not.toContain(secret);
});

test("a workspace has no more than so many, also when they come at once", async () => {
  const { workspaceId, token } = await givenForeignWorkspace(control);
  const path = `/v1/workspace/${workspaceId}/webhooks`;
  const answers = await Promise.all(
    Array.from({ length: MAX_WEBHOOKS + 3 }, () => control.ask<Problem>("POST", path, { body: wish, token })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(MAX_WEBHOOKS);
  expect(answers.filter(({ status, body }) => status === 409 && body.code === "WEBHOOK_LIMIT")).toHaveLength(
    3,
  );
});

test("no log line holds an address or a secret", () => {
  expect(control.logs.join("")).not.toMatch(/whsec_|key=k/);
});
