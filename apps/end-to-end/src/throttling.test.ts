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
  system.azure.knobs.patch({ throttle: { creates: 300 } });
  const vault = await givenVault(system);
  const syncId = await givenSync(system, await givenProject(system, secretsOf("d", 2)), vault);
  await settled(system, syncId);
  system.azure.seedSecrets(vault.name, { count: 80 });
  await ok(system, "PATCH", `/v1/sync/${syncId}`, { vaultReadsPer10s: 1 });
  const lists = (): number[] =>
    system.azure
      .requests({ vault: vault.name, operation: "listSecrets", outcome: 200 })
      .map(({ at }) => Date.parse(at));
  const before = lists().length;
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  expect((await settled(system, syncId)).lastRun).toMatchObject({ trigger: "manual", state: "succeeded" });
  await ok(system, "GET", `/v1/sync/${syncId}/plan`);
  const times = lists().slice(before);
  expect(times).toHaveLength(8);
  // One a second, of which the first may have arrived late: four at once take a few hundredths.
  for (const [first = 0, , , last = 0] of [times.slice(0, 4), times.slice(4)])
    expect(last - first).toBeGreaterThan(1_500);
}, 60_000);
