import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { inMidRun, manySecrets, valuesIn, versionsOf, writesTo } from "./disturbances.ts";
import {
  addSecrets,
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  ok,
  removeSecret,
  settled,
  type TestProject,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";

const secrets = manySecrets(24);
const names = Object.keys(secrets);

describe("what happens at the same time", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker();
  });
  afterEach(() => void system.azure.knobs.patch({ latency: { byOperation: { setSecret: null } } }));
  afterAll(async () => {
    await killWorkerProcesses();
    await system.stop();
  });

  async function givenRunUnderWay(
    latencyMs: number,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ project: TestProject; vault: TestVault; syncId: string }> {
    system.azure.knobs.patch({ latency: { byOperation: { setSecret: latencyMs } } });
    const project = await givenProject(system, { ...secrets, ...more });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await inMidRun(system, syncId, vault, 1);
    return { project, vault, syncId };
  }

  test("changes made during a run all arrive, whether their secrets were written already or not", async () => {
    const { project, vault, syncId } = await givenRunUnderWay(80);
    await changeSecret(system, project, "name-000", "changed after it was written");
    await changeSecret(system, project, "name-023", "changed before it was written");
    await removeSecret(system, project, "name-001");
    await addSecrets(system, project, { added: "during the run" });
    await settled(system, syncId);

    expect(valuesIn(system, vault, [...names, "added"])).toEqual({
      ...secrets,
      "name-000": "changed after it was written",
      "name-023": "changed before it was written",
      "name-001": undefined,
      added: "during the run",
    });
    const untouched = names.filter((name) => !["name-000", "name-001", "name-023"].includes(name));
    expect(untouched.filter((name) => versionsOf(system, vault, name) !== 1)).toEqual([]);
  });

  test("a run stops between two writes when the sync is paused, and goes on when it is resumed", async () => {
    const more = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`more-${number}`, "value"]));
    // Longer than the journal waits between two looks at whether the run may go on.
    const { vault, syncId } = await givenRunUnderWay(600, more);
    await ok(system, "POST", `/v1/sync/${syncId}/pause`);
    const lanes = 8;
    // Those under way, and one more of each lane that had its last look just before the pause.
    const atPause = writesTo(system, vault) + 2 * lanes;
    await stopped(syncId);
    expect(writesTo(system, vault)).toBeLessThanOrEqual(atPause);

    await ok(system, "POST", `/v1/sync/${syncId}/resume`);
    await settled(system, syncId);
    expect(valuesIn(system, vault, names)).toEqual(secrets);
  });

  async function stopped(syncId: string): Promise<void> {
    await until("no run is under way", async () => {
      const running = await system.database.run.count({ where: { syncId, state: "running" } });
      return running === 0;
    });
  }

  test("two workers share many syncs, and no two runs of a sync overlap", async () => {
    system.azure.knobs.patch({ latency: { byOperation: { setSecret: 10 } } });
    await startWorkerProcess(system, { WORKER_NAME: "the second worker" });
    const project = await givenProject(system, secrets);
    const given = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const vault = await givenVault(system);
        return { vault, syncId: await givenSync(system, project, vault) };
      }),
    );
    await Promise.all(given.map(({ syncId }) => settled(system, syncId)));
    const owners = new Set<string>();
    const watch = setInterval(() => void noteOwners(owners), 15);
    try {
      for (const round of [1, 2, 3, 4])
        await Promise.all([
          changeSecret(system, project, `name-00${round}`, `changed in round ${round}`),
          ...given.map(({ syncId }) => system.call("POST", `/v1/sync/${syncId}/run`)),
        ]);
      await Promise.all(given.map(({ syncId }) => settled(system, syncId)));
    } finally {
      clearInterval(watch);
    }

    expect([...owners].toSorted()).toEqual(["the second worker", "worker-0"]);
    for (const { vault, syncId } of given) {
      expect(system.azure.peek(vault.name, "name-004")).toBe("changed in round 4");
      const runs = await system.database.run.findMany({ where: { syncId }, orderBy: { epoch: "asc" } });
      expect(runs.length).toBeGreaterThan(1);
      for (const [index, run] of runs.entries()) {
        const before = runs[index - 1];
        expect(run.endedAt).not.toBeNull();
        if (before === undefined) continue;
        expect(run.epoch).toBeGreaterThan(before.epoch);
        expect(run.startedAt.getTime()).toBeGreaterThanOrEqual(before.endedAt?.getTime() ?? Infinity);
      }
    }
  });

  async function noteOwners(owners: Set<string>): Promise<void> {
    const leased = await system.database.sync.findMany({ where: { leaseOwner: { not: null } } });
    for (const { leaseOwner } of leased) owners.add(leaseOwner ?? "");
  }
});
