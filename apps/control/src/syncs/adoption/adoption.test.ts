import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  connection,
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenRecord,
  givenSecrets,
  givenSync,
  notedOf,
  ok,
  secretIdOf,
  type GivenProject,
} from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let secretId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
  await givenSecrets(control, project, { KEY: "value" });
  secretId = await secretIdOf(control, project, "KEY");
});
afterAll(() => control.stop());

const UNBLOCKED = "00000000-0000-4000-8000-00000000000b";
const adopt = (syncId: string, secretIds: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `/v1/sync/${syncId}/adopt`, { body: { secretIds } });
const allowedIn = (syncId: string): Promise<number> =>
  control.database.syncRecord.count({ where: { syncId, adoptionAllowedAt: { not: null } } });

test("is allowed for secrets that the sync has met, all or none, is noted and asks for a run", async () => {
  const syncId = await givenActiveSync(control, project);
  await givenRecord(control, { syncId, secretId, secretName: "KEY" });
  const unknown = randomUUID();
  const refused = await adopt(syncId, [secretId, unknown]);
  expect(refused).toMatchObject({
    status: 404,
    body: { code: "SECRET_NOT_FOUND", message: expect.stringContaining(unknown) },
  });
  expect(await allowedIn(syncId)).toBe(0);
  expect(await notedOf(control, syncId)).toEqual([]);
  expect(await adopt(syncId, [secretId, secretId])).toMatchObject({
    status: 202,
    body: { allowed: [{ secretId, secretName: "KEY", vaultName: "KEY" }] },
  });
  expect(await allowedIn(syncId)).toBe(1);
  expect(await notedOf(control, syncId)).toMatchObject([
    { action: "adoption.allowed", fields: { secretId, secretName: "KEY", vaultName: "KEY" } },
  ]);
  expect(await ok(control, "GET", `/v1/sync/${syncId}`)).toMatchObject({ upToDate: false });
});

test("is allowed for what the first plan blocks, which no run has dealt with yet", async () => {
  const syncId = await givenActiveSync(control, project);
  const { database } = control;
  const plan = { syncId, asks: "first-plan", computedAt: new Date() };
  const blocked = { kind: "blocked", secretId, secretName: "KEY", vaultName: "KEY" };
  const failure = { failureCode: "VAULT_SECRET_EXISTS", failureFields: { vaultName: "KEY" } };
  const givenPlan = (state: string, secret: string): Promise<unknown> =>
    database.syncPlan.create({
      data: {
        ...plan,
        state,
        actions: {
          create: [
            { position: 0, ...blocked, ...failure, secretId: secret },
            { position: 1, kind: "create", secretId: UNBLOCKED, secretName: "B", vaultName: "B" },
          ],
        },
      },
    });
  const old = randomUUID();
  await givenPlan("superseded", old);
  await givenPlan("awaiting_approval", secretId);
  for (const id of [old, UNBLOCKED]) expect((await adopt(syncId, [secretId, id])).status).toBe(404);
  expect(await database.syncRecord.count({ where: { syncId } })).toBe(0);
  for (const _ of ["once", "again"])
    expect(await adopt(syncId, [secretId])).toMatchObject({
      status: 202,
      body: { allowed: [{ secretId, secretName: "KEY", vaultName: "KEY" }] },
    });
  expect(await database.syncRecord.findMany({ where: { syncId } })).toMatchObject([
    { secretId, state: "blocked", heldKey: null, ...failure, adoptionAllowedAt: expect.any(Date) },
  ]);
});

test("is for secrets of this sync, which is set up", async () => {
  const syncId = await givenActiveSync(control, project);
  const other = await givenActiveSync(control, project);
  await givenRecord(control, { syncId: other, secretId, secretName: "KEY" });
  expect((await adopt(syncId, [secretId])).status).toBe(404);
  expect((await adopt((await givenForeignWorkspace(control)).syncId, [secretId])).status).toBe(404);
  expect((await adopt(await givenSync(control, project), [secretId])).status).toBe(409);
});

test.each([
  [[]],
  [["x"]],
  ["x"],
  [null],
  [Array.from({ length: 501 }, () => "00000000-0000-4000-8000-000000000000")],
])("refuses %j", async (secretIds) => {
  expect((await adopt(await givenActiveSync(control, project), secretIds)).status).toBe(400);
});

test("of everything is a setting, and each change of it is noted", async () => {
  const syncId = await givenActiveSync(control, project);
  for (const existingPolicy of ["adopt-once", "adopt-once", "adopt", "fail"])
    expect(await ok(control, "PATCH", `/v1/sync/${syncId}`, { existingPolicy })).toMatchObject({
      existingPolicy,
    });
  expect(await notedOf(control, syncId, "existing-policy.changed")).toMatchObject([
    { action: "existing-policy.changed", fields: { before: "adopt", after: "fail" } },
    { fields: { before: "adopt-once", after: "adopt" } },
    { fields: { before: "fail", after: "adopt-once" } },
  ]);
});

test("of everything can be chosen when the environment is linked, and so can asking first", async () => {
  const syncId = await givenSync(control, project);
  await ok(control, "POST", `/v1/sync/${syncId}/connect`, connection);
  const [environmentId] = project.environments;
  const path = `/v1/sync/${syncId}/link`;
  for (const wrong of [{ firstPlan: "no" }, { existingPolicy: "steal" }, { existingPolicy: null }])
    expect((await control.ask("POST", path, { body: { environmentId, ...wrong } })).status).toBe(400);
  const settings = { firstPlan: "ask", existingPolicy: "adopt-once" };
  expect(await ok(control, "POST", path, { environmentId, ...settings })).toMatchObject(settings);
  expect(await notedOf(control, syncId, "existing-policy.changed")).toMatchObject([
    { fields: { before: "fail", after: "adopt-once" } },
  ]);
});
