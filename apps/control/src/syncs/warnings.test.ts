import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, givenRecord, ok, type GivenProject } from "../testing/given.ts";

type Shown = Readonly<{ warnings: ReadonlyArray<Readonly<{ secretName: string }>>; warningCount: number }>;

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const show = (syncId: string): Promise<Shown> => ok<Shown>(control, "GET", `/v1/sync/${syncId}`);
const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

/** A secret that stands in the vault. @returns its id */
async function givenSynced(syncId: string, secretName: string, versions: number): Promise<string> {
  const secretId = randomUUID();
  const held = { heldKey: secretName, vaultUrl: `https://${syncId}.example`, state: "synced", versions };
  await givenRecord(control, { syncId, secretId, secretName }, held);
  return secretId;
}

test("tell of versions that grow fast, with the cause, and of those that are many", async () => {
  const syncId = await givenActiveSync(control, project);
  const growing = await givenSynced(syncId, "growing", 130);
  const many = await givenSynced(syncId, "many", 460);
  await givenSynced(syncId, "fine", 449);
  const busy = await givenSynced(syncId, "busy", 101);
  await control.database.versionCount.createMany({
    data: [
      { syncId, secretId: growing, hour: hoursAgo(1), updates: 3, repairs: 90 },
      { syncId, secretId: growing, hour: hoursAgo(20), updates: 0, repairs: 10 },
      { syncId, secretId: growing, hour: hoursAgo(30), updates: 500, repairs: 0 },
      { syncId, secretId: busy, hour: hoursAgo(2), updates: 100, repairs: 0 },
    ],
  });
  expect(await show(syncId)).toMatchObject({
    warnings: [
      {
        code: "VERSION_GROWTH",
        secretId: growing,
        secretName: "growing",
        vaultName: "growing",
        message: expect.stringMatching(/103 .*3 because.* 100 because/),
        hint: expect.any(String),
      },
      { code: "VERSION_LIMIT_NEAR", secretId: many, message: expect.stringContaining("460") },
    ],
    warningCount: 2,
  });
});

test("are counted all, and the worst fifty shown", async () => {
  const syncId = await givenActiveSync(control, project);
  for (let index = 0; index < 53; index += 1) {
    const secretId = await givenSynced(syncId, `name-${index}`, 500);
    if (index === 52)
      await control.database.versionCount.create({
        data: { syncId, secretId, hour: hoursAgo(1), updates: 101 },
      });
  }
  const { warnings, warningCount } = await show(syncId);
  expect([warnings.length, warningCount, warnings[0]?.secretName]).toEqual([50, 53, "name-52"]);
});

test("are none where nothing grows", async () => {
  const syncId = await givenActiveSync(control, project);
  expect(await show(syncId)).toMatchObject({ warnings: [], warningCount: 0 });
});
