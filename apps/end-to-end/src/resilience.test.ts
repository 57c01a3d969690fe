import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import type { RunningWorker } from "@kvsync/worker/worker";
import {
  cutDatabaseConnections,
  emptyRedis,
  inMidRun,
  manySecrets,
  outliveDeadWorkers,
  valuesIn,
  versionsOf,
  writesTo,
} from "./disturbances.ts";
import {
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  ok,
  recordsOf,
  runsOf,
  settled,
  showSync,
  type TestProject,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";

const secrets = manySecrets(40);
const names = Object.keys(secrets);

describe("a disturbance in the middle of a run", () => {
  let system: TestSystem;
  const workers: RunningWorker[] = [];
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterEach(async () => {
    system.azure.knobs.patch({
      latency: { byOperation: { setSecret: null } },
      faults: [],
      token: { lifetimeSeconds: 3599 },
    });
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await killWorkerProcesses();
  });
  afterAll(() => system.stop());

  async function startWorker(): Promise<void> {
    workers.push(await system.startWorker());
  }

  type Given = Readonly<{ project: TestProject; vault: TestVault; syncId: string }>;

  /** A sync whose first run has begun to write, at so many milliseconds a secret. */
  async function givenRunUnderWay(start: () => Promise<unknown>, latencyMs = 60): Promise<Given> {
    system.azure.knobs.patch({ latency: { byOperation: { setSecret: latencyMs } } });
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await start();
    if (latencyMs > 0) await inMidRun(system, syncId, vault);
    return { project, vault, syncId };
  }

  /** Every secret arrived, and none was written twice. */
  async function expectArrivedOnce({ vault, syncId }: Given): Promise<void> {
    expect(await settled(system, syncId)).toMatchObject({ state: "active", failure: null });
    expect(valuesIn(system, vault, names)).toEqual(secrets);
    expect(names.filter((name) => versionsOf(system, vault, name) !== 1)).toEqual([]);
    const records = [...(await recordsOf(system, syncId)).values()];
    expect(records.map(({ state }) => state)).toEqual(names.map(() => "synced"));
  }

  test("a killed worker's run is finished by another one, which writes nothing a second time", async () => {
    const worker = { kill: async (): Promise<void> => undefined };
    const given = await givenRunUnderWay(async () => Object.assign(worker, await startWorkerProcess(system)));
    await worker.kill();
    const written = writesTo(system, given.vault);
    expect(written).toBeLessThan(names.length);

    await outliveDeadWorkers(system);
    await startWorker();
    await expectArrivedOnce(given);
    const runs = await runsOf(system, given.syncId);
    expect(runs.map(({ state }) => state)).toEqual(["succeeded", "interrupted"]);
    expect(runs[1]?.failure?.code).toBe("RUN_INTERRUPTED");
  });

  test("a worker that is told to stop hands its lease back and exits, and another one finishes", async () => {
    const started: Array<Awaited<ReturnType<typeof startWorkerProcess>>> = [];
    const given = await givenRunUnderWay(async () => started.push(await startWorkerProcess(system)));
    const ended = await started[0]?.terminate();

    expect(ended?.exitCode).toBe(0);
    expect(ended?.tookMs).toBeLessThan(10_000);
    expect(writesTo(system, given.vault)).toBeLessThan(names.length);
    const sync = await system.database.sync.findUniqueOrThrow({ where: { id: given.syncId } });
    expect(sync).toMatchObject({ leaseExpiresAt: null, leaseOwner: null });
    expect((await runsOf(system, given.syncId)).map(({ state }) => state)).toEqual(["interrupted"]);

    await startWorker();
    await expectArrivedOnce(given);
    expect((await runsOf(system, given.syncId)).map(({ state }) => state)).toEqual([
      "succeeded",
      "interrupted",
    ]);
  });

  test("an emptied Redis loses neither the run, nor a later change, nor the schedule", async () => {
    const given = await givenRunUnderWay(startWorker);
    expect(await emptyRedis(system)).toBeGreaterThan(0);
    await expectArrivedOnce(given);

    await changeSecret(system, given.project, "name-001", "changed");
    await until("the change arrives", () => system.azure.peek(given.vault.name, "name-001") === "changed");
    await settled(system, given.syncId);

    const schedule = { cron: "0 3 * * *", timeZone: "Europe/Berlin" };
    await ok(system, "PATCH", `/v1/sync/${given.syncId}`, { schedule });
    const due = { nextScheduledAt: new Date(Date.now() - 1_000) };
    await system.database.sync.update({ where: { id: given.syncId }, data: due });
    await until("the scheduled run has ended", async () => {
      const [latest] = await runsOf(system, given.syncId);
      return latest?.trigger === "schedule" && latest.state === "succeeded";
    });
  });

  test("a change whose ring was lost with Redis is found", async () => {
    const given = await givenRunUnderWay(startWorker, 0);
    await settled(system, given.syncId);
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await changeSecret(system, given.project, "name-001", "changed");
    await emptyRedis(system);

    await startWorker();
    await until("the change arrives", () => system.azure.peek(given.vault.name, "name-001") === "changed");
  });

  test("a run that lost its lease stops before it writes on, and its late results are refused", async () => {
    const given = await givenRunUnderWay(startWorker, 200);
    const { count: saved } = await takeLeaseAway(given.syncId);
    const [run] = await until("the run has stopped", async () => {
      const runs = await runsOf(system, given.syncId);
      return runs[0]?.state === "interrupted" && runs;
    });

    expect(run?.failure?.code).toBe("LEASE_LOST");
    expect(await system.database.syncRecord.count({ where: { syncId: given.syncId } })).toBe(saved);
    const written = writesTo(system, given.vault);
    expect(written).toBeLessThan(names.length);
    const { leaseEpoch } = await system.database.sync.findUniqueOrThrow({ where: { id: given.syncId } });
    expect((await system.database.run.findFirst({ where: { id: run?.id ?? "" } }))?.epoch).toBe(
      leaseEpoch - 1,
    );

    await expectArrivedOnce(given);
  });

  /** As if another worker had taken the sync over for two seconds. @returns how many records had been saved by then */
  async function takeLeaseAway(syncId: string): Promise<{ count: number }> {
    return system.database.$transaction(async (transaction) => {
      await transaction.$executeRaw`
        UPDATE "Sync" SET "leaseEpoch" = "leaseEpoch" + 1, "leaseOwner" = 'another worker',
          "leaseExpiresAt" = now() + interval '2 seconds' WHERE "id" = ${syncId}::uuid`;
      return { count: await transaction.syncRecord.count({ where: { syncId } }) };
    });
  }

  test("connections to PostgreSQL that are cut lose nothing", async () => {
    const given = await givenRunUnderWay(startWorker);
    expect(await cutDatabaseConnections(system)).toBeGreaterThan(0);
    await until("the API answers again", async () => {
      const answer = await system.call("GET", `/v1/sync/${given.syncId}`);
      return answer.status === 200;
    });
    await expectArrivedOnce(given);
    expect((await showSync(system, given.syncId)).lastRun?.state).toBe("succeeded");
  });

  const entraIsDown = {
    operation: "token",
    effect: { kind: "answer", status: 503, aadsts: 90033, retryAfterSeconds: 0 },
  } as const;

  test("an outage of Entra fails the run, which is tried again by itself", async () => {
    const given = await givenRunUnderWay(startWorker, 0);
    await settled(system, given.syncId);
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await changeSecret(system, given.project, "name-001", "changed");
    system.azure.knobs.patch({ faults: [entraIsDown] });
    // A new worker has no access token yet.
    await startWorker();
    const failed = await until("a run has failed", async () => {
      const [run] = await runsOf(system, given.syncId);
      return run?.state === "failed" && run;
    });
    expect(failed.failure?.code).toBe("ENTRA_UNAVAILABLE");
    expect(await showSync(system, given.syncId)).toMatchObject({ state: "active", upToDate: false });

    system.azure.knobs.patch({ faults: [] });
    await until("it arrives", () => system.azure.peek(given.vault.name, "name-001") === "changed");
    expect((await settled(system, given.syncId)).lastRun?.trigger).toBe("retry");
  });

  test("an outage of Entra while an access token is being renewed doesn't end the worker", async () => {
    system.azure.knobs.patch({ token: { lifetimeSeconds: 4 } });
    const started: Array<Awaited<ReturnType<typeof startWorkerProcess>>> = [];
    const given = await givenRunUnderWay(async () => started.push(await startWorkerProcess(system)), 0);
    await settled(system, given.syncId);
    system.azure.knobs.patch({ faults: [entraIsDown] });
    await changeSecret(system, given.project, "name-001", "changed");
    await until("a run fails for want of a token", async () => {
      if (!started[0]?.isRunning()) return true;
      const [run] = await runsOf(system, given.syncId);
      if (run?.state === "succeeded") await ok(system, "POST", `/v1/sync/${given.syncId}/run`);
      return run?.failure?.code === "ENTRA_UNAVAILABLE";
    });

    expect(started[0]?.isRunning()).toBe(true);
    system.azure.knobs.patch({ faults: [], token: { lifetimeSeconds: 3599 } });
    await changeSecret(system, given.project, "name-002", "changed");
    await until("both arrive", () => {
      const arrived = valuesIn(system, given.vault, ["name-001", "name-002"]);
      return Object.values(arrived).every((value) => value === "changed");
    });
  });
});
