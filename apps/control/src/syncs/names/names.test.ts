import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../../testing/control.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenProject,
  givenSecrets,
  notedOf,
  ok,
  secretIdOf,
  type GivenProject,
} from "../../testing/given.ts";

let control: TestControl;
let project: GivenProject;
let secretId: string;
let otherId: string;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
  await givenSecrets(control, project, { KEY: "value", OTHER: "value", PASSING: "value" });
  secretId = await secretIdOf(control, project, "KEY");
  otherId = await secretIdOf(control, project, "OTHER");
});
afterAll(() => control.stop());

const choose = (syncId: string, id: string, vaultName: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("PUT", `/v1/sync/${syncId}/names/${id}`, { body: { vaultName } });
const release = (syncId: string, id: string): ReturnType<TestControl["ask"]> =>
  control.ask("DELETE", `/v1/sync/${syncId}/names/${id}`);
const namesOf = (syncId: string): Promise<unknown[]> => ok(control, "GET", `/v1/sync/${syncId}/names`);
const wanted = async (syncId: string): Promise<number> =>
  (await control.database.sync.findUniqueOrThrow({ where: { id: syncId } })).wantedGeneration;

test("a chosen name is listed, is a change of what is wanted, and can be given back; both are noted", async () => {
  const syncId = await givenActiveSync(control, project);
  expect(await choose(syncId, secretId, "First")).toMatchObject({
    status: 200,
    body: { secretId, vaultName: "First" },
  });
  await choose(syncId, secretId, "My-Key");
  expect(await namesOf(syncId)).toMatchObject([{ secretId, secretName: "KEY", vaultName: "My-Key" }]);
  expect(await wanted(syncId)).toBe(2);
  expect((await release(syncId, secretId)).status).toBe(204);
  expect(await namesOf(syncId)).toEqual([]);
  expect(await wanted(syncId)).toBe(3);
  expect(await release(syncId, secretId)).toMatchObject({ status: 404, body: { code: "NAME_NOT_FOUND" } });
  expect(await notedOf(control, syncId)).toMatchObject([
    { action: "name.released", fields: { secretId, vaultName: "My-Key" } },
    { action: "name.chosen", fields: { secretId, secretName: "KEY", vaultName: "My-Key" } },
    { action: "name.chosen", fields: { vaultName: "First" } },
  ]);
});

test("is another secret's nowhere in the sync, whatever its case, and may be in another sync", async () => {
  const syncId = await givenActiveSync(control, project);
  await choose(syncId, secretId, "Shared");
  expect(await choose(syncId, otherId, "sHARED")).toMatchObject({
    status: 409,
    body: { code: "NAME_TAKEN", message: expect.stringMatching(/“Shared”.*KEY/) },
  });
  expect((await choose(syncId, secretId, "SHARED")).status).toBe(200);
  expect((await choose(await givenActiveSync(control, project), otherId, "Shared")).status).toBe(200);
  await release(syncId, secretId);
  expect((await choose(syncId, otherId, "Shared")).status).toBe(200);
});

test("of two who choose one name at once one gets it", async () => {
  const syncId = await givenActiveSync(control, project);
  const answers = await Promise.all([choose(syncId, secretId, "one"), choose(syncId, otherId, "ONE")]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test.each(["", "a_b", "a.b", "ä", " a", "a\n", "x".repeat(128), null, 7])("refuses %j", async (vaultName) => {
  const syncId = await givenActiveSync(control, project);
  expect((await choose(syncId, secretId, vaultName)).status).toBe(400);
  expect(await namesOf(syncId)).toEqual([]);
});

test("127 characters are taken, and the sync's prefix isn't counted", async () => {
  const syncId = await givenActiveSync(control, project);
  await control.database.sync.update({ where: { id: syncId }, data: { prefix: "p-" } });
  expect((await choose(syncId, secretId, "x".repeat(127))).status).toBe(200);
});

test("is for secrets of the sync's project, and ends with its secret", async () => {
  const syncId = await givenActiveSync(control, project);
  const elsewhere = await givenProject(control);
  await givenSecrets(control, elsewhere, { KEY: "value" });
  for (const id of [randomUUID(), await secretIdOf(control, elsewhere, "KEY")])
    expect(await choose(syncId, id, "a")).toMatchObject({ status: 404, body: { code: "SECRET_NOT_FOUND" } });
  expect((await choose(syncId, "KEY", "a")).status).toBe(404);
  const passing = await secretIdOf(control, project, "PASSING");
  await choose(syncId, passing, "a");
  await ok(control, "DELETE", `${project.path}/secret/${passing}`);
  expect(await namesOf(syncId)).toEqual([]);
});

test("another workspace's aren't found, and a disconnected sync takes none", async () => {
  const { syncId: theirs } = await givenForeignWorkspace(control);
  expect((await control.ask("GET", `/v1/sync/${theirs}/names`)).status).toBe(404);
  expect((await choose(theirs, secretId, "a")).status).toBe(404);
  expect((await release(theirs, secretId)).status).toBe(404);
  const ended = await givenActiveSync(control, project);
  await choose(ended, secretId, "a");
  await ok(control, "POST", `/v1/sync/${ended}/disconnect`);
  expect((await choose(ended, secretId, "b")).status).toBe(409);
  expect((await release(ended, secretId)).status).toBe(409);
});
