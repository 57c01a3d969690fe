import { setTimeout as delay } from "node:timers/promises";
import { callsTo, countOf, requestsOf, resetStatistics, setRoundTrip, until } from "../lib/azure.ts";
import { ROUND_TRIP_MS, type BenchContext, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { firstPush, type Pushed } from "../lib/first-push.ts";
import { CpuMeter } from "../lib/processes.ts";
import { median, percentile } from "../lib/samples.ts";
import { nameOf, putSecret, runsSince, secretId, valueOf } from "../lib/scenario.ts";

/** How many secrets the sync has. */
const SECRETS = 100;
/** Beyond the one round trip, in milliseconds. */
const P50_MS = 25;
const P99_MS = 150;
/** How long it may take in all until the vault has been asked, in milliseconds. */
const LOST_MS = 15_000;

export const changeLatency: Benchmark = {
  about: "from a change by the API until the vault has it, one change after the other",
  size: 500,
  sizeOf: "changes",
  gatherMs: 0,
  deadlineSeconds: 240,
  run: async (context) => {
    const { stack, size, figures, log } = context;
    const pushed = await firstPush(context, SECRETS, 1);
    await setRoundTrip(stack, ROUND_TRIP_MS);
    log(`${size} changes`);
    await resetStatistics(stack);
    const cpu = new CpuMeter([pushed.workerPid]);
    const { untilStored, puts } = await change(context, pushed);
    const usedMs = cpu.usedMs;
    const calls = await callsTo(stack, pushed.vault);
    const others = countOf(calls) - countOf(calls, "setSecret");
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "set", concurrency: 1 });
    figures
      .atMost("p50", median(untilStored), "ms", ROUND_TRIP_MS + P50_MS)
      .atMost("p99", percentile(untilStored, 0.99), "ms", ROUND_TRIP_MS + P99_MS)
      .tell("slowest", percentile(untilStored, 1), "ms")
      .tell("of which the API's answer, p50", median(puts), "ms")
      .tell("of which the API's answer, p99", percentile(puts, 0.99), "ms")
      .tell("writes per change", countOf(calls, "setSecret") / size, "calls")
      .tell("other calls per change", others / size, "calls")
      .tell("worker CPU per change", usedMs / size, "ms")
      .tell("bare client, a write", 1000 / ceiling.perSecond, "ms");
  },
};

/**
 * Changes one secret after the other. What a vault answers stands in local Azure's log with its time, so that nothing
 * has to poll the vault, which would slow down what is measured. All times are in milliseconds.
 *
 * @returns the times from sending each change until the vault had stored it and answered, and until the API answered
 */
async function change(
  { stack, size }: BenchContext,
  { project, syncId, vault }: Pushed,
): Promise<{ untilStored: number[]; puts: number[] }> {
  const sent: Array<{ name: string; at: number }> = [];
  const puts: number[] = [];
  const ids = new Map<string, string>();
  for (let index = 0; index < SECRETS; index++)
    ids.set(nameOf(index), await secretId(stack, project, nameOf(index)));
  for (let turn = 0; turn < size; turn++) {
    const index = (turn * 37) % SECRETS;
    const name = nameOf(index);
    const at = Date.now();
    sent.push({ name, at });
    await putSecret(stack, project, { id: ids.get(name) ?? "", name, value: valueOf(index, turn + 1) });
    puts.push(Date.now() - at);
    await delay(ROUND_TRIP_MS);
    await until(
      `change ${turn} is in the vault`,
      async () => (await runsSince(stack, syncId, at)).some(({ endedAt }) => endedAt !== null),
      { everyMs: 20, withinMs: LOST_MS },
    );
  }
  const stored = (await requestsOf(stack, vault, "setSecret")).filter(({ outcome }) => outcome === 200);
  const untilStored = sent.map(({ name, at }) => {
    const entry = stored.find((call) => call.secret === name && Date.parse(call.at) >= at);
    if (entry === undefined) throw new Error(`the vault never got a change of ${name}`);
    return Date.parse(entry.at) + entry.durationMs - at;
  });
  return { untilStored, puts };
}
