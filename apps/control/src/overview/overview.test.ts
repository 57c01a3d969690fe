import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { vaultBudgetKey } from "@kvsync/contracts";
import type { OverviewBody } from "@kvsync/contracts/api";
import { defaultRotationPolicy } from "@kvsync/keys";
import { connectProducer, Presence } from "@kvsync/queue";
import { requiredSetting } from "@kvsync/testing";
import { startControl, type TestControl } from "../testing/control.ts";
import {
  connection,
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenSync,
  ok,
} from "../testing/given.ts";
import { presentSigningKey } from "./system-state.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const overview = (query = ""): Promise<OverviewBody> =>
  ok(control, "GET", `/v1/workspace/default/overview${query}`);

describe("the overview", () => {
  const names = new Map<string, string>();
  beforeAll(async () => {
    const { database } = control;
    const project = await givenProject(control, 1);
    const sync = async (name: string, data: object, run?: string): Promise<string> => {
      const id = await givenActiveSync(control, project);
      await database.sync.update({ where: { id }, data: { name, ...data } });
      if (run !== undefined)
        await database.run.create({
          data: { syncId: id, trigger: "change", epoch: 1, generation: 1, state: run, endedAt: new Date() },
        });
      names.set(id, name);
      return id;
    };
    const failed = { state: "failing", failureCode: "VAULT_ROLE_MISSING", failureFields: {} };
    await sync("fine", {}, "succeeded");
    await sync("broken lately", { ...failed, failingSince: new Date("2026-11-20") }, "failed");
    await sync("broken long", { ...failed, failingSince: new Date("2026-11-01") }, "failed");
    await sync("asks", { awaitingPlanId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a08" }, "awaiting_approval");
    const partly = await sync(
      "partly",
      { nextScheduledAt: new Date("2026-12-01") },
      "completed_with_failures",
    );
    await sync("validating", { state: "validating" });
    await sync("paused", { state: "paused", nextScheduledAt: new Date("2026-12-01") }, "succeeded");
    await sync("gone", { state: "disconnected" });
    await database.sync.update({
      where: { id: await givenSync(control, project) },
      data: { name: "half set up" },
    });
    const record = { syncId: partly, secretId: partly, secretName: "A" };
    await database.syncRecord.createMany({
      data: [
        { ...record, state: "blocked", failureCode: "VAULT_SECRET_CHANGED" },
        { ...record, state: "failed", failureCode: "VAULT_TIMEOUT" },
        { ...record, state: "synced" },
      ],
    });
    await givenForeignWorkspace(control);
  });

  const ORDER = [
    ["broken long", "failing"],
    ["broken lately", "failing"],
    ["asks", "attention"],
    ["partly", "attention"],
    ["validating", "working"],
    ["half set up", "setup"],
    ["fine", "healthy"],
    ["paused", "paused"],
  ];

  test("has the workspace's living syncs, the worst first, of the failing the longest failing", async () => {
    const { syncs, totals } = await overview();
    expect(syncs.map(({ name, health }) => [name, health])).toEqual(ORDER);
    expect(totals).toEqual({ failing: 2, attention: 2, working: 1, setup: 1, healthy: 1, paused: 1 });
  });

  test("comes page by page, and tells of what stands behind on the first page only", async () => {
    const found: string[] = [];
    let page = await overview("?limit=3");
    expect(page.system).not.toBeNull();
    while (true) {
      found.push(...page.syncs.map(({ name }) => name));
      if (page.nextCursor === null) break;
      page = await overview(`?limit=3&cursor=${page.nextCursor}`);
      expect(page.system).toBeNull();
    }
    expect(found).toEqual(ORDER.map(([name]) => name));
  });

  test("says of each sync what an operator asks first", async () => {
    const { syncs } = await overview("?search=PARTLY");
    expect(syncs).toMatchObject([
      {
        name: "partly",
        vaultUrl: connection.vaultUrl,
        environment: { name: "environment 0" },
        lastRun: { state: "completed_with_failures" },
        nextRunAt: "2026-12-01T00:00:00.000Z",
        records: { synced: 1, failed: 1, blocked: 1 },
        drifted: 1,
      },
    ]);
    const [broken] = (await overview("?health=failing")).syncs;
    expect(broken?.failure?.code).toBe("VAULT_ROLE_MISSING");
    expect((await overview("?search=paused")).syncs).toMatchObject([{ nextRunAt: null }]);
  });

  test("can be narrowed by health, project and search; a search has no wildcards", async () => {
    expect((await overview("?health=healthy,paused")).syncs.map(({ name }) => name)).toEqual([
      "fine",
      "paused",
    ]);
    expect((await overview("?search=my-vault.vault")).syncs).toHaveLength(7);
    expect((await overview("?search=%25")).syncs).toHaveLength(0);
    const other = await givenProject(control);
    expect((await overview(`?projectId=${other.id}`)).totals.healthy).toBe(0);
  });

  test.each(["health=ill", "projectId=x", "search=", "cursor=x", "limit=0", "what=1"])(
    "refuses %s",
    async (query) => {
      expect((await control.ask("GET", `/v1/workspace/default/overview?${query}`)).status).toBe(400);
    },
  );

  test("is for admins of the workspace", async () => {
    const { token } = await control.token({ role: "member", permission: "read" });
    const path = "/v1/workspace/default/overview";
    expect((await control.ask("GET", path, { token })).status).toBe(403);
    const { token: foreign } = await givenForeignWorkspace(control);
    expect((await control.ask("GET", path, { token: foreign })).status).toBe(404);
  });
});

describe("what stands behind", () => {
  test("is told: queues, workers, keys, and the vaults that refuse requests", async () => {
    const { doorbell } = control;
    const redis = connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
    await redis.ping();
    await new Presence(redis, doorbell.prefix).announce("worker-7");
    await doorbell.ringRunLater("0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a06", 3_600_000);
    const since = Date.now() - 30_000;
    const key = vaultBudgetKey(doorbell.prefix, "write", connection.vaultUrl);
    await redis.hset(key, { limit: 240, held: Date.now() - 1, rate: 0.5, since, cutAt: since });
    redis.disconnect();
    const { system } = await overview();
    expect(system).toMatchObject({
      database: { reachable: true },
      redis: { reachable: true },
      workers: [{ name: "worker-7" }],
      signingKey: { overdue: false, activeSince: expect.any(String) },
    });
    expect(system?.queues?.find(({ name }) => name === "runs")).toMatchObject({ delayed: 1, active: 0 });
    const [throttled] = system?.throttledVaults ?? [];
    expect(throttled).toMatchObject({
      vaultUrl: connection.vaultUrl,
      requests: "writes",
      limit: 240,
      since: new Date(since).toISOString(),
      heldUntil: null,
    });
    expect(throttled?.currentLimit).toBeGreaterThanOrEqual(120);
    expect(throttled?.currentLimit).toBeLessThan(240);
  });

  test("leaves out what only Redis knows while that is away", async () => {
    const without = await startControl({ redisUrl: "redis://127.0.0.1:1" });
    const { system } = await ok<OverviewBody>(without, "GET", "/v1/workspace/default/overview");
    expect(system).toMatchObject({
      redis: { reachable: false, latencyMs: null },
      queues: null,
      workers: null,
      throttledVaults: null,
      database: { reachable: true },
    });
    await without.stop();
  });

  test("a rotation is due when the key has signed for its time and the next one is old enough", () => {
    const active = (days: number): { state: "active"; activatedAt: Date; publishedAt: Date } => {
      const activatedAt = new Date(Date.now() - days * 86_400_000);
      return { state: "active", activatedAt, publishedAt: activatedAt };
    };
    const next = { state: "next", activatedAt: null, publishedAt: new Date() } as const;
    const policy = defaultRotationPolicy;
    const shown = presentSigningKey([active(80), next], new Date(), policy);
    expect(Math.round((Date.parse(shown.dueAt ?? "") - Date.now()) / 86_400_000)).toBe(10);
    expect(shown.overdue).toBe(false);
    const waits = presentSigningKey([active(95), next], new Date(), policy);
    expect(Date.parse(waits.dueAt ?? "")).toBeGreaterThan(Date.now());
    const old = { ...next, publishedAt: new Date(Date.now() - 90 * 86_400_000) };
    expect(presentSigningKey([active(95), old], new Date(), policy).overdue).toBe(true);
    expect(presentSigningKey([], new Date(), policy)).toMatchObject({ activeSince: null, overdue: true });
  });
});
