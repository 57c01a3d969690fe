import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenSecrets,
  givenSync,
  ok,
  type GivenProject,
} from "../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let secretId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
  await givenSecrets(control, project, { KEY: "value", OTHER: "value" });
  secretId = (await ok<{ id: string }>(control, "GET", `${project.path}/secret/KEY`)).id;
});
afterAll(() => control.stop());

const ask = (method: string, path: string, body?: unknown): ReturnType<TestControl["ask"]> =>
  control.ask(method, `/v1/sync/${path}`, { body });

async function givenRecord(syncId: string, changes: object = {}): Promise<void> {
  const base = { syncId, secretId, secretName: "KEY", vaultName: "KEY", state: "blocked" };
  await control.database.syncRecord.create({ data: { ...base, ...changes } });
}

describe("a plan that waits for approval", () => {
  async function givenAwaiting(syncId: string): Promise<string> {
    const plan = { syncId, state: "awaiting_approval", asks: "removals", digest: "d", counts: { hold: 1 } };
    const { id } = await control.database.syncPlan.create({ data: plan });
    await control.database.sync.update({ where: { id: syncId }, data: { awaitingPlanId: id } });
    return id;
  }

  test("is shown with its counts, and approved once, which is noted and asks for a run", async () => {
    const syncId = await givenActiveSync(control, project);
    const planId = await givenAwaiting(syncId);
    expect((await ask("GET", syncId)).body).toMatchObject({
      awaiting: { planId, asks: "removals", counts: { hold: 1 } },
    });
    expect(await ask("POST", `${syncId}/plans/${planId}/approve`)).toMatchObject({
      status: 202,
      body: { awaitsApproval: false, upToDate: false },
    });
    expect(await ask("POST", `${syncId}/plans/${planId}/approve`)).toMatchObject({
      status: 409,
      body: { code: "PLAN_NOT_AWAITING" },
    });
    expect((await ask("GET", `${syncId}/audit`)).body).toMatchObject({
      events: [{ action: "plan.approved", fields: { planId, asks: "removals" } }],
      nextCursor: null,
    });
  });

  test("of another sync or workspace isn't found", async () => {
    const syncId = await givenActiveSync(control, project);
    const planId = await givenAwaiting(await givenActiveSync(control, project));
    expect((await ask("POST", `${syncId}/plans/${planId}/approve`)).status).toBe(404);
    expect((await ask("GET", `${syncId}/plans/${planId}`)).status).toBe(404);
    const theirs = await givenForeignWorkspace(control);
    expect((await ask("GET", `${theirs.syncId}/plan`)).status).toBe(404);
    expect((await ask("POST", `${theirs.syncId}/adopt`, { secretIds: [secretId] })).status).toBe(404);
    expect((await ask("GET", `${theirs.syncId}/audit`)).status).toBe(404);
  });
});

describe("a plan asked for", () => {
  test("needs an environment", async () => {
    expect(await ask("GET", `${await givenSync(control, project)}/plan`)).toMatchObject({
      status: 409,
      body: { code: "SYNC_STATE" },
    });
  });

  test.each(["?prefix=a_b", "?namePolicy=x", "?look=maybe", "?limit=0", "?unknown=1"])(
    "refuses %s",
    async (query) => {
      const syncId = await givenActiveSync(control, project);
      expect((await ask("GET", `${syncId}/plan${query}`)).status).toBe(400);
    },
  );
});

describe("adoption", () => {
  test("is allowed for secrets that the sync has met, all or none", async () => {
    const syncId = await givenActiveSync(control, project);
    await givenRecord(syncId);
    const unknown = randomUUID();
    const refused = await ask("POST", `${syncId}/adopt`, { secretIds: [secretId, unknown] });
    expect(refused).toMatchObject({ status: 404, body: { message: expect.stringContaining(unknown) } });
    expect(await control.database.syncRecord.count({ where: { syncId, adoptionAllowedAt: null } })).toBe(1);
    expect(await ask("POST", `${syncId}/adopt`, { secretIds: [secretId] })).toMatchObject({
      status: 202,
      body: { allowed: [{ secretId, secretName: "KEY" }] },
    });
    expect(await control.database.syncRecord.count({ where: { syncId, adoptionAllowedAt: null } })).toBe(0);
  });

  test("of everything is a setting, and each change of it is noted", async () => {
    const syncId = await givenActiveSync(control, project);
    for (const existingPolicy of ["adopt-once", "adopt-once", "fail"])
      await ok(control, "PATCH", `/v1/sync/${syncId}`, { existingPolicy });
    expect((await ask("GET", `${syncId}/audit`)).body).toMatchObject({
      events: [
        { fields: { before: "adopt-once", after: "fail" } },
        { fields: { before: "fail", after: "adopt-once" } },
      ],
    });
  });
});

describe("chosen names", () => {
  test("are a change of what is wanted, and end with their secret", async () => {
    const syncId = await givenActiveSync(control, project);
    await ok(control, "PUT", `/v1/sync/${syncId}/names/${secretId}`, { vaultName: "My-Key" });
    expect((await ask("GET", `${syncId}/names`)).body).toMatchObject([
      { secretId, secretName: "KEY", vaultName: "My-Key" },
    ]);
    expect((await ask("GET", syncId)).body).toMatchObject({ upToDate: false });
    expect((await ask("DELETE", `${syncId}/names/${secretId}`)).status).toBe(204);
    expect((await ask("DELETE", `${syncId}/names/${secretId}`)).status).toBe(404);
  });

  test.each(["", "a_b", "a.b", "x".repeat(128)])(
    "refuse what Key Vault can't hold: %p",
    async (vaultName) => {
      const syncId = await givenActiveSync(control, project);
      expect((await ask("PUT", `${syncId}/names/${secretId}`, { vaultName })).status).toBe(400);
    },
  );

  test("are for secrets of the sync's project", async () => {
    const syncId = await givenActiveSync(control, project);
    const answer = await ask("PUT", `${syncId}/names/${randomUUID()}`, { vaultName: "a" });
    expect(answer).toMatchObject({ status: 404, body: { code: "SECRET_NOT_FOUND" } });
  });
});

describe("settings", () => {
  test("of the brake, the first plan and the vault's writes are shown and bounded", async () => {
    const syncId = await givenActiveSync(control, project);
    const settings = { removalBrakePercent: 50, firstPlan: "ask", vaultWritesPer10s: 100 };
    expect((await ask("PATCH", syncId, settings)).body).toMatchObject(settings);
    for (const wrong of [
      { removalBrakePercent: 0 },
      { removalBrakePercent: 101 },
      { vaultWritesPer10s: 301 },
      { vaultWritesPer10s: 0 },
      { firstPlan: "maybe" },
    ])
      expect([wrong, (await ask("PATCH", syncId, wrong)).status]).toEqual([wrong, 400]);
    await control.database.sync.update({ where: { id: syncId }, data: { firstPlanAt: new Date() } });
    expect((await ask("PATCH", syncId, { firstPlan: "apply" })).status).toBe(409);
  });
});

describe("disconnecting", () => {
  test("and leaving gives the names free at once", async () => {
    const syncId = await givenActiveSync(control, project);
    await givenRecord(syncId, { heldKey: "key", vaultUrl: "https://leave.vault.azure.net", state: "synced" });
    expect((await ask("POST", `${syncId}/disconnect`)).body).toMatchObject({ state: "disconnected" });
    expect(await control.database.syncRecord.findFirst({ where: { syncId } })).toMatchObject({
      heldKey: null,
      vaultUrl: null,
    });
  });

  test("and removing goes on in the background, and shows how many are left", async () => {
    const syncId = await givenActiveSync(control, project);
    await givenRecord(syncId, {
      heldKey: "key",
      vaultUrl: "https://remove.vault.azure.net",
      state: "synced",
    });
    expect(await ask("POST", `${syncId}/disconnect`, { secrets: "remove" })).toMatchObject({
      status: 202,
      body: { state: "disconnecting" },
    });
    expect((await ask("GET", syncId)).body).toMatchObject({ disconnecting: { left: 1 } });
    for (const action of ["run", "pause", "resume", "validate"])
      expect([action, (await ask("POST", `${syncId}/${action}`)).status]).toEqual([action, 409]);
    expect((await ask("POST", `${syncId}/disconnect`, { secrets: "leave" })).body).toMatchObject({
      state: "disconnected",
    });
    const { events } = (await ask("GET", `${syncId}/audit`)).body as { events: unknown[] };
    expect(events).toMatchObject([
      { fields: { secrets: "leave" } },
      { fields: { secrets: "remove", left: 1 } },
    ]);
  });
});

describe("warnings", () => {
  test("tell of versions that grow fast, with the cause, and of those that are many", async () => {
    const syncId = await givenActiveSync(control, project);
    const held = {
      heldKey: "key",
      vaultUrl: "https://grows.vault.azure.net",
      state: "synced",
      versions: 130,
    };
    await givenRecord(syncId, held);
    const otherId = (await ok<{ id: string }>(control, "GET", `${project.path}/secret/OTHER`)).id;
    await givenRecord(syncId, {
      ...held,
      secretId: otherId,
      heldKey: "other",
      vaultName: "OTHER",
      versions: 460,
    });
    const hour = (hoursAgo: number): Date => new Date(Date.now() - hoursAgo * 3_600_000);
    await control.database.versionCount.createMany({
      data: [
        { syncId, secretId, hour: hour(1), updates: 3, repairs: 90 },
        { syncId, secretId, hour: hour(20), updates: 0, repairs: 10 },
        { syncId, secretId, hour: hour(30), updates: 500, repairs: 0 },
      ],
    });
    expect((await ask("GET", syncId)).body).toMatchObject({
      warnings: [
        { code: "VERSION_GROWTH", secretId, message: expect.stringMatching(/103 .*3 because.* 100 because/) },
        { code: "VERSION_LIMIT_NEAR", secretId: otherId, message: expect.stringContaining("460") },
      ],
    });
  });
});
