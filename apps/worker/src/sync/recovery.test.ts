import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, readRecords, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { findDifferences } from "../model/invariants.ts";
import { wantCheck } from "../model/steps.ts";
import { World, type ModelSync } from "../model/world.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 4);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

/** More effects than a run has that recovers and writes one secret. */
const EFFECTS = 40;

/** One sync's secret was removed, and another sync now wants its name, which the deleted secret holds. */
async function givenWantedName(): Promise<{ world: World; one: ModelSync; two: ModelSync }> {
  const world = await World.create(database);
  const [one, two] = world.syncs;
  if (one === undefined || two === undefined) throw new RangeError("there are two syncs");
  await world.setSecret(one, "a", "1");
  await world.run(one);
  await world.run(two);
  await world.removeSecret(one, "a");
  await world.run(one);
  // Until the vault has deleted it.
  world.pass(5_000);
  await world.setSecret(two, "a", "2");
  return { world, one, two };
}

async function checkAll(world: World): Promise<void> {
  for (let round = 0; round < 3; round += 1)
    for (const sync of world.syncs) {
      await wantCheck(world, sync);
      await world.run(sync);
      world.pass(10_000);
    }
}

test("wherever a run is killed that recovers what another sync deleted, the name is written in the end", async () => {
  const wrongs: string[] = [];
  for (let at = 0; at < EFFECTS; at += 1) {
    const { world, two } = await givenWantedName();
    await world.run(two, { killAt: at });
    await world.expireLeases();
    await checkAll(world);
    const [record] = await readRecords(database, two.syncId);
    if (record?.state !== "synced") wrongs.push(`killed at ${at}: ${record?.state} ${record?.failureCode}`);
    wrongs.push(...(await findDifferences(world)).map((wrong) => `killed at ${at}: ${wrong}`));
  }
  expect(wrongs).toEqual([]);
});

test("… and where it isn't wanted any more, nothing of it is left in the vault", async () => {
  const wrongs: string[] = [];
  for (let at = 0; at < EFFECTS; at += 1) {
    const { world, two } = await givenWantedName();
    await world.run(two, { killAt: at });
    await world.expireLeases();
    await world.removeSecret(two, "a");
    await checkAll(world);
    const left = world.store.live().map(({ name }) => name);
    if (left.length > 0) wrongs.push(`killed at ${at}: ${left.join(", ")} is left`);
  }
  expect(wrongs).toEqual([]);
});

test("a deleted secret of another sync that is disabled isn't recovered", async () => {
  const world = await World.create(database);
  const [one, two] = world.syncs;
  if (one === undefined || two === undefined) throw new RangeError("there are two syncs");
  await world.setSecret(one, "a", "1");
  await world.run(one);
  world.store.amend("a", { enabled: false });
  await world.removeSecret(one, "a");
  await world.run(one);
  world.pass(5_000);
  await world.setSecret(two, "a", "2");
  await checkAll(world);
  expect(world.store.live()).toEqual([]);
  const [record] = await readRecords(database, two.syncId);
  expect(record).toMatchObject({
    state: "blocked",
    failureCode: "VAULT_NAME_HELD_BY_DELETED",
    heldKey: null,
  });
});
