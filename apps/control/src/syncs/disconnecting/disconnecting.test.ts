import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  connection,
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenRecord,
  givenSync,
  notedOf,
  ok,
  type GivenProject,
} from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const act = (syncId: string, action: string, body?: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `/v1/sync/${syncId}/${action}`, { body });
const show = (syncId: string): Promise<object> => ok(control, "GET", `/v1/sync/${syncId}`);

/** An active sync that holds one name in a vault of its own. */
async function givenHolder(): Promise<string> {
  const syncId = await givenActiveSync(control, project);
  const held = { heldKey: "key", vaultUrl: `https://${randomUUID()}.example`, state: "synced" };
  await givenRecord(control, { syncId, secretId: randomUUID(), secretName: "KEY" }, held);
  return syncId;
}

test("leaving gives the names free at once, and ends run, lease and question", async () => {
  const syncId = await givenHolder();
  const { id: planId } = await control.database.syncPlan.create({
    data: { syncId, state: "awaiting_approval", asks: "removals" },
  });
  const lease = { leaseOwner: "w", leaseEpoch: 4, leaseExpiresAt: new Date(Date.now() + 30_000) };
  await control.database.sync.update({ where: { id: syncId }, data: { ...lease, awaitingPlanId: planId } });
  await control.database.run.create({ data: { syncId, trigger: "change", epoch: 4, generation: 1 } });
  expect(await act(syncId, "disconnect")).toMatchObject({
    status: 200,
    body: { state: "disconnected", awaitsApproval: false },
  });
  expect(await control.database.syncRecord.findFirst({ where: { syncId } })).toMatchObject({
    heldKey: null,
    vaultUrl: null,
    intentEpoch: null,
  });
  expect(await show(syncId)).toMatchObject({
    awaiting: null,
    disconnecting: null,
    lastRun: { state: "interrupted", failure: null, endedAt: expect.any(String) },
  });
  expect(await control.database.sync.findUnique({ where: { id: syncId } })).toMatchObject({
    leaseOwner: null,
    leaseExpiresAt: null,
    leaseEpoch: 4,
  });
  expect((await act(syncId, `plans/${planId}/approve`)).status).toBe(409);
});

test("removing goes on in the background, shows how many are left, and lets nothing else be done", async () => {
  const syncId = await givenHolder();
  expect(await act(syncId, "disconnect", { secrets: "remove" })).toMatchObject({
    status: 202,
    body: { state: "disconnecting", upToDate: false },
  });
  expect(await show(syncId)).toMatchObject({ disconnecting: { left: 1 } });
  const jobs = await control.doorbell.queues.runs.getJobs();
  expect(jobs.map((job) => job.data as unknown)).toContainEqual({ syncId });
  const [environmentId] = project.environments;
  const others: ReadonlyArray<readonly [string, string, unknown?]> = [
    ["POST", "connect", connection],
    ["POST", "link", { environmentId }],
    ["POST", "validate"],
    ["POST", "run"],
    ["POST", "pause"],
    ["POST", "resume"],
    ["POST", "adopt", { secretIds: [randomUUID()] }],
    ["PUT", `names/${randomUUID()}`, { vaultName: "a" }],
    ["PATCH", "", { name: "x" }],
    ["GET", "plan"],
  ];
  for (const [method, path, body] of others) {
    const answer = await control.ask(method, `/v1/sync/${syncId}/${path}`, { body });
    expect([path, answer.status, answer.body]).toMatchObject([path, 409, { code: "SYNC_STATE" }]);
  }
  const listed = await ok<Array<{ id: string }>>(control, "GET", "/v1/sync");
  expect(listed).toContainEqual(expect.objectContaining({ id: syncId, state: "disconnecting" }));
});

test("removing can be asked for again, or given up; each is noted", async () => {
  const syncId = await givenHolder();
  for (const secrets of ["remove", "remove", "leave"]) await act(syncId, "disconnect", { secrets });
  expect(await show(syncId)).toMatchObject({ state: "disconnected" });
  expect((await act(syncId, "disconnect")).status).toBe(409);
  expect(await notedOf(control, syncId)).toMatchObject([
    { action: "sync.disconnected", fields: { secrets: "leave", left: 1 } },
    { fields: { secrets: "remove", left: 1 } },
    { fields: { secrets: "remove", left: 1 } },
  ]);
});

test("removing from a sync that was never linked is leaving; from a paused one it isn't", async () => {
  const remove = async (syncId: string): Promise<unknown> =>
    (await act(syncId, "disconnect", { secrets: "remove" })).body;
  expect(await remove(await givenSync(control, project))).toMatchObject({ state: "disconnected" });
  const paused = await givenHolder();
  await ok(control, "POST", `/v1/sync/${paused}/pause`);
  expect(await remove(paused)).toMatchObject({ state: "disconnecting" });
});

test("refuses another choice, and another workspace's sync isn't found", async () => {
  const syncId = await givenHolder();
  for (const body of [{ secrets: "purge" }, { secrets: null }, { other: 1 }, []])
    expect([body, (await act(syncId, "disconnect", body)).status]).toEqual([body, 400]);
  expect(await show(syncId)).toMatchObject({ state: "active" });
  const { syncId: theirs } = await givenForeignWorkspace(control);
  expect((await act(theirs, "disconnect", { secrets: "remove" })).status).toBe(404);
});
