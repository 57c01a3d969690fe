import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, readRecords, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { wantCheck } from "../model/steps.ts";
import { World, type ModelSync } from "../model/world.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 10);
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});

/** More than are claimed in one statement. */
const NAMES = Array.from({ length: 70 }, (_, n) => `name-${n}`);

const statesOf = async ({ syncId }: ModelSync): Promise<Record<string, number>> => {
  const records = await readRecords(database, syncId);
  const grouped = Map.groupBy(records, ({ state, heldKey, failureCode }) =>
    [state, heldKey === null ? "holds nothing" : "holds its name", failureCode].filter(Boolean).join(", "),
  );
  return Object.fromEntries([...grouped].map(([state, all]) => [state, all.length]));
};

async function given(): Promise<{ world: World; one: ModelSync; two: ModelSync }> {
  const world = await World.create(database);
  const [one, two] = world.syncs;
  if (one === undefined || two === undefined) throw new RangeError("there are two syncs");
  return { world, one, two };
}

async function setAll(world: World, sync: ModelSync): Promise<void> {
  for (const name of NAMES) await world.setSecret(sync, name, "1");
}

test("a sync whose role is missing keeps no other sync from the names that it would have written", async () => {
  const { world, one, two } = await given();
  await setAll(world, one);
  await setAll(world, two);
  // The lists of the vault's secrets and of its deleted ones are let through, and no write is.
  await world.run(one, { faults: [{ kind: "refuse", at: 2, times: 1_000, code: "VAULT_ROLE_MISSING" }] });
  expect(Object.keys(await statesOf(one))).toEqual(["pending, holds nothing"]);
  await world.run(two);
  expect(await statesOf(two)).toEqual({ "synced, holds its name": NAMES.length });
});

test("what was written before the vault refused everything stays claimed, and nothing else does", async () => {
  const { world, one } = await given();
  await setAll(world, one);
  await world.run(one, { faults: [{ kind: "refuse", at: 40, times: 1_000, code: "ENTRA_UNAVAILABLE" }] });
  const states = await statesOf(one);
  expect(Object.keys(states).toSorted()).toEqual(["pending, holds nothing", "synced, holds its name"]);
  const written = world.store.live().length;
  expect(states["synced, holds its name"]).toBe(written);
  expect(written).toBeGreaterThan(0);
});

test("a name whose write may have arrived stays claimed until the vault was looked at", async () => {
  const { world, one } = await given();
  // The first look at the whole vault is behind it.
  await world.run(one);
  await world.setSecret(one, "key", "1");
  // Which effect comes just after the claim isn't said here: killed a little later each time, until it is that one.
  let claimed = false;
  for (let at = 0; at < 30 && !claimed; at += 1) {
    await world.run(one, { killAt: at });
    await world.expireLeases();
    const [record] = await readRecords(database, one.syncId);
    claimed = record?.intentEpoch != null && world.store.live().length === 0;
  }
  expect(claimed).toBe(true);
  await world.setSecret(one, "KEY", "2");
  await world.run(one);
  const collide = (held: string): string => `blocked, ${held}, NAME_COLLISION`;
  expect(await statesOf(one)).toEqual({ [collide("holds its name")]: 1, [collide("holds nothing")]: 1 });
  await wantCheck(world, one);
  await world.run(one);
  expect(await statesOf(one)).toEqual({ [collide("holds nothing")]: 2 });
});
