import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase, type Database } from "@kvsync/store";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import fc from "fast-check";
import { Coverage } from "./coverage.ts";
import { findDifferences, findRepeatedWrites, findTouchedForeign } from "./invariants.ts";
import { interruptedSteps, steps, surroundedSteps, take, wantCheck, type Step } from "./steps.ts";
import { World } from "./world.ts";

/** How many sequences a test run tries; `npm run fuzz` goes on for as long as it is told. */
const RUNS = 80;
/** How many about what others change around a value. */
const SURROUNDED_RUNS = 150;
/** Sequences about a single secret are short, and what they look for is rare. */
const INTERRUPTED_RUNS = 250;
const minutes = Number(process.env["FUZZ_MINUTES"] ?? "0");
const seed = process.env["FUZZ_SEED"];
const path = process.env["FUZZ_PATH"];

/** After so many runs of each sync without trouble all must be settled. */
const CALM_ROUNDS = 4;

const coverage = new Coverage();

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

const TIMEOUT_MS = minutes > 0 ? minutes * 60_000 + 300_000 : 900_000;

/** Tries sequences: so many, for so long, or the one that a failure printed. */
async function trying(
  sequences: fc.Arbitrary<Step[]>,
  runs: number,
  check: (all: Step[]) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(sequences, check), {
    numRuns: minutes > 0 ? Number.MAX_SAFE_INTEGER : runs,
    // The time is shared by the three properties.
    ...(minutes > 0 ? { interruptAfterTimeLimit: minutes * 20_000, markInterruptAsFailure: false } : {}),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
    verbose: true,
  });
}

test(
  "whatever happens, the vault equals the source in the end, and nothing of others is touched",
  () => trying(steps, RUNS, happen),
  TIMEOUT_MS,
);

test(
  "whenever a run is killed, the next event mends it without a look at the whole vault, and writes nothing twice",
  () => trying(interruptedSteps, INTERRUPTED_RUNS, interrupt),
  TIMEOUT_MS,
);

test(
  "whenever a run is killed, what others changed around a value stays: disabled is disabled, and tags are kept",
  () => trying(surroundedSteps, SURROUNDED_RUNS, surround),
  TIMEOUT_MS,
);

test("all kinds of trouble really happened", () => {
  if (minutes > 0) process.stdout.write(`\n${coverage.toString()}\n`);
  // A single sequence again shows what it shows.
  if (seed !== undefined) return;
  const kills = ["killed before the vault's", "killed after the vault's", "killed before the database's"];
  const others = ["refused", "lost the answer of", "step run both", "step clock jumps", "step tamper"];
  const missing = [...kills, ...others].filter((kind) => coverage.of(kind) === 0);
  expect(missing).toEqual([]);
});

async function interrupt(all: readonly Step[]): Promise<void> {
  const world = await World.create(database, coverage);
  const [sync] = world.syncs;
  if (sync === undefined) throw new RangeError("there are two syncs");
  // The first look at the whole vault is behind it.
  await world.run(sync);
  for (const step of all) await take(world, step);
  await world.expireLeases();
  const calls: string[] = [];
  for (let round = 0; round < CALM_ROUNDS; round += 1) {
    await world.wantRun(sync);
    await world.run(sync, { onCall: (kind) => void calls.push(kind) });
    // Until what failed is due again.
    world.pass(3 * 3_600_000);
  }
  expect(calls).not.toContain("list");
  expect(await findDifferences(world, [sync])).toEqual([]);
  expect(findRepeatedWrites(world)).toEqual([]);
}

async function surround(all: readonly Step[]): Promise<void> {
  const world = await World.create(database, coverage);
  const [sync] = world.syncs;
  if (sync === undefined) throw new RangeError("there are two syncs");
  await world.setSecret(sync, "a", "0");
  await world.run(sync);
  const surroundings = (): unknown => {
    const secret = world.store.find("a");
    const { enabled = null, tags = {} } = secret === undefined ? {} : world.store.currentOf(secret);
    return { enabled, theirs: tags["theirs"] ?? null };
  };
  // What somebody did last was done to what stood there.
  let wanted = surroundings();
  for (const step of all) {
    await take(world, step);
    if (step.do === "tamper") wanted = surroundings();
  }
  for (let round = 0; round < CALM_ROUNDS; round += 1) {
    await world.expireLeases();
    if (round === 0) await world.wantRun(sync);
    else await wantCheck(world, sync);
    await world.run(sync);
    world.pass(10_000);
  }
  expect(surroundings()).toEqual(wanted);
  expect(await findDifferences(world, [sync])).toEqual([]);
}

async function happen(all: readonly Step[]): Promise<void> {
  const world = await World.create(database, coverage);
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
