import { callsTo, countOf, resetStatistics, setRoundTrip } from "../lib/azure.ts";
import { CONCURRENCY, ROUND_TRIP_MS, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { firstPush } from "../lib/first-push.ts";
import { CpuMeter } from "../lib/processes.ts";
import { endedRun, nameOf, putSecret, secretId, valueOf } from "../lib/scenario.ts";
import { median, most } from "../lib/samples.ts";

/** How often it is repeated. */
const EVENTS = 10;
/** From the event to the run's end, gathering included, in milliseconds. */
const WITHIN_MS = 1_000;

/**
 * A value is changed and changed back before the gathering is over, as a deployment does that is rolled back at once:
 * the source changed twice, the sync is due, and there is nothing to do.
 */
export const noop: Benchmark = {
  about: "an event that changes nothing: no call to the vault, done within a second",
  size: 10_000,
  sizeOf: "secrets",
  gatherMs: 500,
  deadlineSeconds: 240,
  run: async (context) => {
    const { stack, size, figures, log } = context;
    // The push is not what is measured: it may be quick.
    const { project, syncId, vault, workerPid } = await firstPush(context, size, 1);
    await setRoundTrip(stack, ROUND_TRIP_MS);
    await resetStatistics(stack);
    log(`${EVENTS} events`);
    const fromEvent: number[] = [];
    const runs: number[] = [];
    const cpu = new CpuMeter([workerPid]);
    for (let event = 0; event < EVENTS; event++) {
      const index = (event * 997) % size;
      const name = nameOf(index);
      const id = await secretId(stack, project, name);
      const at = Date.now();
      await putSecret(stack, project, { id, name, value: valueOf(index, event + 1) });
      await putSecret(stack, project, { id, name, value: valueOf(index) });
      const run = await endedRun(stack, syncId, at, 10_000);
      if (run.unchanged !== size) throw new Error(`the run found a change: ${JSON.stringify(run)}`);
      fromEvent.push(run.endedAt - at);
      runs.push(run.endedAt - run.startedAt);
    }
    const usedMs = cpu.usedMs;
    const calls = countOf(await callsTo(stack, vault));
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "set", concurrency: CONCURRENCY, forMs: 2_000 });
    figures
      .atMost("calls to the vault", calls, "calls", 0)
      .atMost("event to run's end, slowest", most(fromEvent), "ms", WITHIN_MS)
      .tell("event to run's end, median", median(fromEvent), "ms")
      .tell("of which gathering", noop.gatherMs, "ms")
      .tell("run, median", median(runs), "ms")
      .tell("worker CPU per run", usedMs / EVENTS, "ms")
      .tell("bare client", ceiling.perSecond, "writes/s");
  },
};
