import { callsTo, countOf, resetStatistics, setRoundTrip } from "../lib/azure.ts";
import { ROUND_TRIP_MS, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { firstPush } from "../lib/first-push.ts";
import { CpuMeter, memoryMb } from "../lib/processes.ts";
import { endedRun } from "../lib/scenario.ts";

/** How many secrets a page of a vault's list has, by Key Vault's limit. */
const PAGE = 25;
/** How much longer than the pages' round trips it may take: each page names the next, so they come one by one. */
const ALLOWANCE = 1.15;

export const drift: Benchmark = {
  about: "a look at a whole vault in which nothing has changed",
  size: 10_000,
  sizeOf: "secrets",
  gatherMs: 500,
  deadlineSeconds: 300,
  run: async (context) => {
    const { stack, size, figures, log } = context;
    const { syncId, vault, workerPid } = await firstPush(context, size, 1);
    await setRoundTrip(stack, ROUND_TRIP_MS);
    await resetStatistics(stack);
    log("drift check");
    const cpu = new CpuMeter([workerPid]);
    const at = Date.now();
    await stack.control("POST", `/v1/sync/${syncId}/run`);
    const run = await endedRun(stack, syncId, at, 10_000 + size * 10);
    const usedMs = cpu.usedMs;
    const calls = await callsTo(stack, vault);
    const pages = Math.ceil(size / PAGE);
    const took = run.endedAt - run.startedAt;
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "list", concurrency: 1, secrets: size });
    const lists = countOf(calls, "listSecrets");
    figures
      .atMost("took", took / 1000, "s", (ALLOWANCE * pages * ROUND_TRIP_MS) / 1000)
      .atMost("list calls", lists, "calls", pages)
      .atMost("value reads", countOf(calls, "getSecret"), "calls", 0)
      .atMost("other calls", countOf(calls) - lists - countOf(calls, "getSecret"), "calls", 0)
      .tell("list calls", lists / (took / 1000), "calls/s")
      .tell("worker CPU", usedMs, "ms")
      .tell("worker peak RSS", memoryMb(workerPid).peak, "MB")
      .tell("bare client", ceiling.perSecond, "calls/s")
      .tell("local Azure CPU per list call", ceiling.serverCpuMs, "ms");
  },
};
