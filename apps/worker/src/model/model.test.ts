import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import fc from "fast-check";
import { findDifferences, findTouchedForeign } from "./invariants.ts";
import { steps, take, wantCheck, type Step } from "./steps.ts";
import { World } from "./world.ts";

/** How many sequences a test run tries; `npm run fuzz` goes on for as long as it is told. */
const RUNS = 60;
const minutes = Number(process.env["FUZZ_MINUTES"] ?? "0");
const seed = process.env["FUZZ_SEED"];
const path = process.env["FUZZ_PATH"];

/** After so many runs of each sync without trouble all must be settled. */
const CALM_ROUNDS = 4;

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

test(
  "whatever happens, the vault equals the source in the end, and nothing of others is touched",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, (all) => happen(all)),
      {
        numRuns: minutes > 0 ? Number.MAX_SAFE_INTEGER : RUNS,
        ...(minutes > 0 ? { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false } : {}),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        ...(path === undefined ? {} : { path }),
        verbose: 1,
      },
    );
  },
  minutes > 0 ? minutes * 60_000 + 300_000 : 240_000,
);

async function happen(all: readonly Step[]): Promise<void> {
  const world = await World.create(database);
  const removedByThem = new Set<string>();
  for (const step of all) {
    await take(world, step);
    if (step.do === "tamper" && step.how === "delete") removedByThem.add(step.name);
    expect(findTouchedForeign(world, removedByThem)).toEqual([]);
  }
  await world.expireLeases();
  for (let round = 0; round < CALM_ROUNDS; round += 1)
    for (const sync of world.syncs) {
      await wantCheck(world, sync);
      await world.run(sync);
      world.pass(10_000);
    }
  expect(findTouchedForeign(world, removedByThem)).toEqual([]);
  expect(await findDifferences(world)).toEqual([]);

  // Nothing changed since: an event costs no request, and a check makes no version.
  const before = JSON.stringify(world.store.all());
  for (const sync of world.syncs) {
    await wantCheck(world, sync);
    expect(await world.run(sync)).toBe("ended");
  }
  expect(JSON.stringify(world.store.all())).toBe(before);
}
