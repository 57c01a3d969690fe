import {
  callsTo,
  createApplication,
  createVault,
  requestsOf,
  resetStatistics,
  setRoundTrip,
  setThrottle,
} from "../lib/azure.ts";
import { CONCURRENCY, ROUND_TRIP_MS, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { CpuMeter } from "../lib/processes.ts";
import { addSecrets, begunRun, createProject, createSync, endedRun } from "../lib/scenario.ts";

/** What Key Vault allows in 10 s, and what the workers take of it by default. */
const AZURE_LIMIT = 300;
const BUDGET_PER_S = 24;
const SHARE = 0.95;
const MOST_REFUSED = 0.01;
const SYNCS = 3;

export const throttledPush: Benchmark = {
  about: "three syncs on two workers push to one vault that throttles",
  size: 1_500,
  sizeOf: "secrets, all syncs together",
  gatherMs: 500,
  deadlineSeconds: 200,
  run: async ({ stack, size, figures, log }) => {
    await setThrottle(stack, AZURE_LIMIT);
    const vault = await createVault(stack, "bench");
    const application = await createApplication(stack, "bench", vault);
    const each = Math.floor(size / SYNCS);
    log(`adding ${SYNCS} × ${each} secrets`);
    const projects = [];
    for (let number = 0; number < SYNCS; number++) {
      const project = await createProject(stack, `bench-${number}`);
      await addSecrets(stack, project, each);
      projects.push(project);
    }
    const workers = [await stack.startWorker(), await stack.startWorker()];
    await setRoundTrip(stack, ROUND_TRIP_MS);
    await resetStatistics(stack);
    log("first pushes");
    const cpu = new CpuMeter(workers.map(({ pid }) => pid));
    const runs = await Promise.all(
      projects.map(async (project, number) => {
        const prefix = `sync${number}-`;
        const syncId = await createSync(stack, { project, vault, prefix, application });
        const { startedAt } = await begunRun(stack, syncId);
        return endedRun(stack, syncId, startedAt - 1, 170_000);
      }),
    );
    const usedMs = cpu.usedMs;
    const begun = Math.min(...runs.map(({ startedAt }) => startedAt));
    const took = Math.max(...runs.map(({ endedAt }) => endedAt)) - begun;
    const sets = (await callsTo(stack, vault.name))["setSecret"] ?? {};
    const made = sets["200"] ?? 0;
    const refused = sets["429"] ?? 0;
    const busiest = busiestWindow(
      (await requestsOf(stack, vault.name, "setSecret")).map(({ at }) => Date.parse(at)),
    );
    await setThrottle(stack, null);
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "set", concurrency: 2 * CONCURRENCY });
    const rate = (each * SYNCS) / (took / 1000);
    const ends = runs.map(({ endedAt }) => (endedAt - begun) / took);
    figures
      .atLeast("rate", rate, "secrets/s", SHARE * BUDGET_PER_S)
      .atMost("refused with 429", (100 * refused) / (made + refused), "%", 100 * MOST_REFUSED)
      .tell("took", took / 1000, "s")
      .tell("most writes in 10 s", busiest, "writes")
      .tell("first sync's end ÷ last sync's", Math.min(...ends), "")
      .tell("workers' CPU per secret", usedMs / (each * SYNCS), "ms")
      .tell("bare client, unthrottled", ceiling.perSecond, "writes/s");
  },
};

/** The most of these times (Unix ms, ascending) that lie within 10 s. */
function busiestWindow(times: readonly number[]): number {
  let first = 0;
  let best = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= 10_000) first += 1;
    best = Math.max(best, last - first + 1);
  }
  return best;
}
