import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { inMidRun, manySecrets, valuesIn } from "./disturbances.ts";
import {
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
  system.azure.knobs.patch({ latency: { byOperation: { setSecret: null } }, faults: [] });
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

const disconnect = (syncId: string, secrets: "leave" | "remove"): ReturnType<TestSystem["call"]> =>
  system.call("POST", `/v1/sync/${syncId}/disconnect`, { secrets });

async function disconnected(syncId: string): Promise<void> {
  await until(
    "the sync is disconnected",
    async () => (await showSync(system, syncId)).state === "disconnected",
  );
}

/** Lets no secret of this vault be deleted. */
function refuseDeletes({ name: vault }: TestVault, status: number): void {
  system.azure.knobs.patch({
    faults: [{ vault, operation: "deleteSecret", effect: { kind: "answer", status } }],
  });
}

test("removes what the sync wrote where somebody chose that, and nothing else", async () => {
  const { vault, syncId } = await given(manySecrets(8));
  system.azure.seedSecret(vault.name, "foreign", { value: "theirs" });
  expect(await disconnect(syncId, "remove")).toMatchObject({ status: 202, body: { state: "disconnecting" } });
  await disconnected(syncId);
  const names = Object.keys(manySecrets(8));
  expect(Object.values(valuesIn(system, vault, names)).filter((value) => value !== undefined)).toEqual([]);
  expect(system.azure.peek(vault.name, "foreign")).toBe("theirs");
  const [last] = await runsOf(system, syncId);
  expect(last).toMatchObject({ trigger: "disconnect", counts: { deleted: 8 } });
});

test("removes also what the sync left in the vault, though no record tells of it any more", async () => {
  const { project, vault, syncId } = await given({ kept: "1" });
  await ok(system, "PATCH", `/v1/sync/${syncId}`, { removalPolicy: "keep" });
  await removeSecret(system, project, "kept");
  await until("its record is gone", async () => (await recordsOf(system, syncId)).size === 0);
  expect(system.azure.peek(vault.name, "kept")).toBe("1");
  expect((await disconnect(syncId, "remove")).status).toBe(202);
  await disconnected(syncId);
  expect(system.azure.peek(vault.name, "kept")).toBeUndefined();
});

test("can be given up while it can't go on, and then leaves what is left", async () => {
  const { vault, syncId } = await given({ one: "1" });
  refuseDeletes(vault, 503);
  await disconnect(syncId, "remove");
  await until("the removal failed", async () => {
    const [record] = (await recordsOf(system, syncId)).values();
    return record?.state === "removing" && record.failure !== null;
  });
  expect((await system.call("POST", `/v1/sync/${syncId}/run`)).status).toBe(409);
  expect(await disconnect(syncId, "leave")).toMatchObject({ status: 200, body: { state: "disconnected" } });
  expect(system.azure.peek(vault.name, "one")).toBe("1");
});

test("is tried again when somebody asks for it again", async () => {
  const { vault, syncId } = await given({ one: "1" });
  // Long ago, so that a refusal means what it says.
  const connectedAt = new Date(Date.now() - 86_400_000);
  await system.database.sync.update({ where: { id: syncId }, data: { connectedAt } });
  refuseDeletes(vault, 403);
  await disconnect(syncId, "remove");
  const refused = await settled(system, syncId);
  expect(refused).toMatchObject({ state: "disconnecting", lastRun: { trigger: "disconnect" } });
  system.azure.knobs.patch({ faults: [] });
  expect((await disconnect(syncId, "remove")).status).toBe(202);
  await disconnected(syncId);
  expect(system.azure.peek(vault.name, "one")).toBeUndefined();
});

test("in the middle of a run gives all names free, those under way among them", async () => {
  const project = await givenProject(system, manySecrets(80));
  const vault = await givenVault(system);
  system.azure.knobs.patch({ latency: { byOperation: { setSecret: 120 } } });
  const syncId = await givenSync(system, project, vault);
  await inMidRun(system, syncId, vault, 10);
  await disconnect(syncId, "leave");
  const [last] = await runsOf(system, syncId);
  system.azure.knobs.patch({ latency: { byOperation: { setSecret: null } } });

  // Whoever comes next may have every name.
  const next = await givenSync(system, project, vault);
  await ok(system, "PATCH", `/v1/sync/${next}`, { existingPolicy: "adopt" });
  await settled(system, next);
  const states = [...(await recordsOf(system, next)).values()].map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(["synced"]));
  expect(await system.database.syncRecord.count({ where: { syncId, heldKey: { not: null } } })).toBe(0);
  expect(await runsOf(system, syncId)).toMatchObject([{ id: last?.id, state: "interrupted", failure: null }]);
});
