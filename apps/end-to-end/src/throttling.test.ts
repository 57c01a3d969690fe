import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { givenProject, givenSync, givenVault, ok, recordsOf, settled } from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

const secretsOf = (start: string, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`${start}-${number}`, "value"]));

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  const budget = { writes: 24, reads: 320, windowMs: 1_000 };
  await system.startWorker({ budget });
  await system.startWorker({ budget });
});
afterAll(() => system.stop());

test("two workers and two syncs on one vault stay under its limit together, and are never throttled", async () => {
  system.azure.knobs.patch({ throttle: { creates: 30, windowMs: 1_000 } });
  const vault = await givenVault(system);
  const [one, two] = await Promise.all([
    givenProject(system, secretsOf("a", 40)),
    givenProject(system, secretsOf("b", 40)),
  ]);
  const syncs = await Promise.all([
    givenSync(system, one, vault),
    givenSync(system, two, vault, { prefix: "x-" }),
  ]);
  for (const syncId of syncs)
    expect((await settled(system, syncId, 40_000)).lastRun?.counts).toMatchObject({ created: 40 });
  expect(system.azure.requests({ vault: vault.name, outcome: 429 })).toEqual([]);
}, 60_000);

test("a vault that throttles all the same is waited for, without Retry-After, and every secret arrives in one run", async () => {
  system.azure.knobs.patch({ throttle: { creates: 10, windowMs: 1_000 } });
  const vault = await givenVault(system);
  const project = await givenProject(system, secretsOf("c", 35));
  const syncId = await givenSync(system, project, vault);
  const sync = await settled(system, syncId, 60_000);
  expect(sync.lastRun).toMatchObject({ trigger: "initial", state: "succeeded" });
  expect(system.azure.requests({ vault: vault.name, outcome: 429 }).length).toBeGreaterThan(0);
  expect([...(await recordsOf(system, syncId)).values()].every(({ state }) => state === "synced")).toBe(true);
}, 90_000);

test("a sync's own limit of reads paces a check, and a preview", async () => {
  const vault = await givenVault(system);
  const syncId = await givenSync(system, await givenProject(system, secretsOf("d", 2)), vault);
  await settled(system, syncId);
  system.azure.seedSecrets(vault.name, { count: 60 });
  // Half of what the vault takes: on a busy machine requests arrive closer together than they were given.
  await ok(system, "PATCH", `/v1/sync/${syncId}`, { vaultReadsPer10s: 1 });
  system.azure.knobs.patch({ throttle: { creates: 300, others: 2, windowMs: 1_000 } });
  const outcomes = (outcome: number): number =>
    system.azure.requests({ vault: vault.name, operation: "listSecrets", outcome }).length;
  const before = outcomes(200);
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  expect((await settled(system, syncId)).lastRun).toMatchObject({ trigger: "manual", state: "succeeded" });
  expect(outcomes(200)).toBe(before + 3);
  await ok(system, "GET", `/v1/sync/${syncId}/plan`);
  expect(outcomes(200)).toBe(before + 6);
  expect(outcomes(429)).toBe(0);
}, 60_000);
