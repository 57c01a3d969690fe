import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { emptyRedis, inMidRun, manySecrets, valuesIn, versionsOf, writesTo } from "./disturbances.ts";
import {
  addSecrets,
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  ok,
  recordsOf,
  removeSecret,
  runsOf,
  settled,
  showSync,
  type TestProject,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await system.startWorker();
});
afterEach(() => {
  const byOperation = { setSecret: null, listSecrets: null, deleteSecret: null };
  system.azure.knobs.patch({ latency: { byOperation }, faults: [] });
});
afterAll(() => system.stop());

async function given(
  secrets: Readonly<Record<string, string>>,
): Promise<{ project: TestProject; vault: TestVault; syncId: string }> {
  const project = await givenProject(system, secrets);
  const vault = await givenVault(system);
  const syncId = await givenSync(system, project, vault);
  await settled(system, syncId);
  return { project, vault, syncId };
}

const listsOf = (vault: TestVault): number =>
  system.azure.requests({ vault: vault.name, operation: "listSecrets" }).length;

test("a change during a list arrives once, and nothing else is written", async () => {
  const { project, vault, syncId } = await given(manySecrets(60));
  system.azure.knobs.patch({ latency: { byOperation: { listSecrets: 150 } } });
  const before = listsOf(vault);
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  await until("the list has begun", () => listsOf(vault) > before);
  await changeSecret(system, project, "name-000", "changed during the list");
  await removeSecret(system, project, "name-001");
  await addSecrets(system, project, { added: "during the list" });
  await settled(system, syncId);

  expect(valuesIn(system, vault, ["name-000", "name-001", "added"])).toEqual({
    "name-000": "changed during the list",
    "name-001": undefined,
    added: "during the list",
  });
  const versions = Object.keys(manySecrets(60)).map((name) => versionsOf(system, vault, name));
  expect(versions).toEqual([2, ...Array<number>(59).fill(1)]);
});

test("a change during the writing of the same secret is written after it", async () => {
  const { project, vault, syncId } = await given({ a: "1" });
  system.azure.knobs.patch({ latency: { byOperation: { setSecret: 300 } } });
  const before = writesTo(system, vault);
  await changeSecret(system, project, "a", "2");
  await until("its write is under way", async () => {
    const { lastRun } = await showSync(system, syncId);
    return lastRun?.state === "running";
  });
  await changeSecret(system, project, "a", "3");
  await settled(system, syncId);
  expect(system.azure.peek(vault.name, "a")).toBe("3");
  expect(writesTo(system, vault) - before).toBeLessThanOrEqual(2);
});

describe("a secret that is deleted and made again under another case", () => {
  test("in one go is one new version of the same vault secret", async () => {
    const { project, vault, syncId } = await given({ KEY: "1", other: "x" });
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    await removeSecret(system, project, "KEY");
    await addSecrets(system, project, { key: "2" });
    await ok(system, "POST", `/v1/sync/${syncId}/resume`);
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "key")).toBe("2");
    expect(versionsOf(system, vault, "key")).toBe(2);
    expect(system.azure.requests({ vault: vault.name, operation: "deleteSecret" }).length).toBeLessThan(2);
    expect([...(await recordsOf(system, syncId)).keys()].toSorted()).toEqual(["key", "other"]);
  });

  test("while its removal is under way is recovered and written", async () => {
    const { project, vault, syncId } = await given({ KEY: "1" });
    system.azure.knobs.patch({ latency: { byOperation: { deleteSecret: 250 } } });
    await removeSecret(system, project, "KEY");
    await until("the removal is under way", async () => {
      const { lastRun } = await showSync(system, syncId);
      return lastRun?.state === "running";
    });
    await addSecrets(system, project, { key: "2" });
    await settled(system, syncId);
    expect(system.azure.peek(vault.name, "key")).toBe("2");
    expect((await recordsOf(system, syncId)).get("key")?.state).toBe("synced");
  });
});

test("two syncs on one vault that want the same names: one has each, the other is told whose it is", async () => {
  const [one, two] = await Promise.all([
    givenProject(system, { ...manySecrets(12, () => "of the first"), first: "1" }),
    givenProject(system, { ...manySecrets(12, () => "of the second"), second: "2" }),
  ]);
  const vault = await givenVault(system);
  const syncs = await Promise.all([givenSync(system, one, vault), givenSync(system, two, vault)]);
  await Promise.all(syncs.map((syncId) => settled(system, syncId)));
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(syncs.map((syncId) => ok(system, "POST", `/v1/sync/${syncId}/run`)));
    await Promise.all(syncs.map((syncId) => settled(system, syncId)));
  }
  const [first, second] = await Promise.all(syncs.map((syncId) => recordsOf(system, syncId)));
  expect(valuesIn(system, vault, ["first", "second"])).toEqual({ first: "1", second: "2" });
  for (const name of Object.keys(manySecrets(12))) {
    const value = system.azure.peek(vault.name, name);
    const [owner, loser] = value === "of the first" ? [first, second] : [second, first];
    expect(versionsOf(system, vault, name)).toBe(1);
    expect(owner?.get(name)?.state).toBe("synced");
    expect(loser?.get(name)).toMatchObject({
      state: "blocked",
      failure: {
        code: "VAULT_SECRET_OWNED",
        message: expect.stringContaining(value === "of the first" ? syncs[0] : syncs[1]),
      },
    });
  }
});

test("changes whose rings the queue drops while a run waits for its retry all arrive", async () => {
  const { project, vault, syncId } = await given(manySecrets(4));
  const down = {
    operation: "setSecret",
    vault: vault.name,
    effect: { kind: "answer", status: 503 },
  } as const;
  system.azure.knobs.patch({ faults: [down] });
  await changeSecret(system, project, "name-000", "new 0");
  await until("a run has failed", async () =>
    (await runsOf(system, syncId)).some(
      ({ state }) => state === "failed" || state === "completed_with_failures",
    ),
  );
  for (const index of [1, 2, 3]) {
    await changeSecret(system, project, `name-00${index}`, `new ${index}`);
    await emptyRedis(system);
  }
  system.azure.knobs.patch({ faults: [] });
  const expected = { "name-000": "new 0", "name-001": "new 1", "name-002": "new 2", "name-003": "new 3" };
  await until("all arrive", () => {
    const values = valuesIn(system, vault, Object.keys(expected));
    return JSON.stringify(values) === JSON.stringify(expected);
  });
  await settled(system, syncId);
});

test("an emptied Redis at each step of a sync's life loses nothing", async () => {
  const project = await givenProject(system, manySecrets(20));
  const vault = await givenVault(system);
  system.azure.knobs.patch({
    latency: { byOperation: { setSecret: 40, listSecrets: 40, deleteSecret: 40 } },
  });
  const syncId = await givenSync(system, project, vault);
  await emptyRedis(system);
  await inMidRun(system, syncId, vault, 1);
  await emptyRedis(system);
  await settled(system, syncId);
  await emptyRedis(system);
  await changeSecret(system, project, "name-001", "changed");
  await emptyRedis(system);
  await until("the change arrives", () => system.azure.peek(vault.name, "name-001") === "changed");
  await ok(system, "POST", `/v1/sync/${syncId}/run`);
  await emptyRedis(system);
  await settled(system, syncId);
  const preview = ok<{ counts: Record<string, number> }>(system, "GET", `/v1/sync/${syncId}/plan`);
  await emptyRedis(system);
  const planned = Object.entries((await preview).counts).filter(([, count]) => count > 0);
  expect(planned).toEqual([["keep", 20]]);
  await ok(system, "POST", `/v1/sync/${syncId}/disconnect`, { secrets: "remove" });
  await emptyRedis(system);
  await until("it is disconnected", async () => (await showSync(system, syncId)).state === "disconnected");
  expect(system.azure.peek(vault.name, "name-001")).toBeUndefined();
}, 60_000);
