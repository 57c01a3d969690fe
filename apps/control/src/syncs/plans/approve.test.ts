import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { savePlan } from "@kvsync/store";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenRecord,
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

const ask = (method: string, path: string): ReturnType<TestControl["ask"]> =>
  control.ask(method, `/v1/sync/${path}`);

/** A plan as a run puts it up for approval, that would remove the sync's records. */
async function givenAwaiting(syncId: string, digest = "d"): Promise<string> {
  const records = await control.database.syncRecord.findMany({ where: { syncId } });
  const counts = { hold: records.length };
  const more = {
    asks: "removals",
    generation: 1,
    digest,
    counts,
    vaultSecretCount: 9,
    overrides: {},
  } as const;
  const nothing = { reason: null, failureCode: null, failureFields: null };
  const actions = records.map(({ id: recordId, secretId, secretName, vaultName }, position) => ({
    position,
    kind: "hold",
    recordId,
    secretId,
    secretName,
    vaultName,
    ...nothing,
  }));
  return savePlan(control.database, { syncId, state: "awaiting_approval", ...more }, actions);
}

test("a plan that waits is shown with its counts, and approved once; that is noted and asks for a run", async () => {
  const syncId = await givenActiveSync(control, project);
  await givenRecord(control, { syncId, secretId: randomUUID(), secretName: "GONE" }, { state: "removing" });
  const planId = await givenAwaiting(syncId, "the digest");
  await givenRecord(control, { syncId, secretId: randomUUID(), secretName: "LATER" }, { state: "removing" });
  expect((await ask("GET", syncId)).body).toMatchObject({
    awaitsApproval: true,
    awaiting: { planId, asks: "removals", counts: { hold: 1, create: 0 } },
  });
  expect(await ask("POST", `${syncId}/plans/${planId}/approve`)).toMatchObject({
    status: 202,
    body: { awaitsApproval: false, upToDate: false },
  });
  expect(await control.database.sync.findUnique({ where: { id: syncId } })).toMatchObject({
    approvedDigest: "the digest",
    awaitingPlanId: null,
    wantedCheck: 1,
    checkTrigger: "manual",
  });
  const approved = await control.database.syncRecord.findMany({
    where: { syncId, removalApprovedAt: { not: null } },
  });
  expect(approved).toMatchObject([{ secretName: "GONE" }]);
  const jobs = await control.doorbell.queues.runs.getJobs();
  expect(jobs.map((job) => job.data as unknown)).toContainEqual({ syncId });

  expect(await ask("POST", `${syncId}/plans/${planId}/approve`)).toMatchObject({
    status: 409,
    body: { code: "PLAN_NOT_AWAITING" },
  });
  const { id: tokenId } = await control.database.apiToken.findFirstOrThrow({
    where: { name: "test admin", workspaceId: control.workspaceId },
  });
  expect(await notedOf(control, syncId)).toMatchObject([
    { action: "plan.approved", tokenId, fields: { planId, asks: "removals" } },
  ]);
});

test("one whose place another took isn't approved any more, and nothing comes of it", async () => {
  const syncId = await givenActiveSync(control, project);
  const first = await givenAwaiting(syncId, "1");
  const second = await givenAwaiting(syncId, "2");
  const before = await control.database.sync.findUnique({ where: { id: syncId } });
  expect((await ask("POST", `${syncId}/plans/${first}/approve`)).status).toBe(409);
  expect(await control.database.sync.findUnique({ where: { id: syncId } })).toEqual(before);
  expect((await ask("GET", `${syncId}/plans/${first}`)).body).toMatchObject({ state: "superseded" });
  expect((await ask("GET", syncId)).body).toMatchObject({ awaiting: { planId: second } });
});

test("of many who approve at once one does", async () => {
  const syncId = await givenActiveSync(control, project);
  const planId = await givenAwaiting(syncId);
  const approve = (): ReturnType<typeof ask> => ask("POST", `${syncId}/plans/${planId}/approve`);
  const answers = await Promise.all(Array.from({ length: 5 }, approve));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409, 409, 409, 409]);
});

test("a sync that was told to apply its first plan after all goes on", async () => {
  const syncId = await givenActiveSync(control, project);
  await ok(control, "PATCH", `/v1/sync/${syncId}`, { firstPlan: "ask" });
  await control.database.sync.update({ where: { id: syncId }, data: { doneCheck: 1 } });
  await givenAwaiting(syncId);
  const { body } = await control.ask("PATCH", `/v1/sync/${syncId}`, { body: { firstPlan: "apply" } });
  expect(body).toMatchObject({ firstPlan: "apply", upToDate: false });
});

test("a plan of another sync or workspace isn't found, nor one that isn't an id", async () => {
  const syncId = await givenActiveSync(control, project);
  const planId = await givenAwaiting(await givenActiveSync(control, project));
  const theirs = await givenForeignWorkspace(control);
  const theirPlan = await givenAwaiting(theirs.syncId);
  for (const path of [
    `${syncId}/plans/${planId}`,
    `${theirs.syncId}/plans/${theirPlan}`,
    `${syncId}/plans/x`,
  ])
    expect([path, (await ask("POST", `${path}/approve`)).status]).toEqual([path, 404]);
});
