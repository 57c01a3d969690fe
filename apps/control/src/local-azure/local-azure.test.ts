import { afterEach, expect, test } from "@jest/globals";
import { startControl, type TestControl, type TestControlOptions } from "../testing/control.ts";
import { givenForeignWorkspace, givenProject, givenSync, ok } from "../testing/given.ts";

const KEY = "a-management-key-that-stays-here";
/** Nothing listens there. */
const localAzure = {
  origin: "https://localhost:9",
  adminKey: KEY,
  subscriptionId: "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a01",
};

let control: TestControl;
afterEach(() => control.stop());

async function givenSyncOf(options: TestControlOptions = {}): Promise<string> {
  control = await startControl(options);
  return givenSync(control, await givenProject(control));
}

const setUp = (syncId: string): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `/v1/sync/${syncId}/local-azure`);

test("there is nothing to set up where no local Azure stands in for Azure", async () => {
  const syncId = await givenSyncOf();
  expect(await setUp(syncId)).toMatchObject({ status: 404, body: { code: "LOCAL_AZURE_ABSENT" } });
  expect(await ok(control, "GET", `/v1/sync/${syncId}/setup`)).toMatchObject({
    localAzure: false,
    cloud: { name: "public", vaultSuffix: ".vault.azure.net" },
  });
});

test("a local Azure that doesn't answer is said to, without the key", async () => {
  const syncId = await givenSyncOf({ localAzure });
  const answer = await setUp(syncId);
  expect(answer).toMatchObject({ status: 503, body: { code: "LOCAL_AZURE_UNAVAILABLE" } });
  expect(await ok(control, "GET", `/v1/sync/${syncId}/setup`)).toMatchObject({ localAzure: true });
  expect(answer.text + control.logs.join("")).not.toContain(KEY);
});

test("is for syncs of the own workspace that aren't disconnected", async () => {
  const syncId = await givenSyncOf({ localAzure });
  expect((await setUp((await givenForeignWorkspace(control)).syncId)).status).toBe(404);
  await ok(control, "POST", `/v1/sync/${syncId}/disconnect`);
  expect(await setUp(syncId)).toMatchObject({ status: 409, body: { code: "SYNC_STATE" } });
});
