import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, readRecords, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { World } from "../model/world.ts";

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

test("a renamed secret keeps its old copy in the vault when the write under the new name is refused", async () => {
  const world = await World.create(database);
  const [sync] = world.syncs;
  if (sync === undefined) throw new RangeError("there are two syncs");
  const inVault = (): string[] => world.store.live().map(({ name }) => name);
  await world.setSecret(sync, "old", "1");
  await world.run(sync);
  await world.renameSecret(sync, "old", "new");

  // Its write is refused, and the removal would be let through.
  const calls: string[] = [];
  const refuseWrites = {
    kind: "refuse",
    of: "set",
    at: 0,
    times: 100,
    code: "VAULT_REQUEST_REFUSED",
  } as const;
  await world.run(sync, { faults: [refuseWrites], onCall: (kind) => void calls.push(kind) });
  expect(calls).toContain("set");
  expect(inVault()).toEqual(["old"]);
  const records = await readRecords(database, sync.syncId);
  const states = Object.fromEntries(records.map(({ vaultName, state }) => [vaultName, state]));
  expect(states).toEqual({ new: "failed", old: "removing" });

  await world.setSecret(sync, "new", "2");
  await world.run(sync);
  expect(inVault()).toEqual(["new"]);
});
