import { CONCURRENCY, ROUND_TRIP_MS, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { firstPush } from "../lib/first-push.ts";
import { memoryMb } from "../lib/processes.ts";

/** How much of what concurrency and round trip allow is reached at least. */
const SHARE = 0.85;
/** The worker's CPU per secret, in milliseconds. */
const CPU_MS = 1.5;

export const firstPushBench: Benchmark = {
  about: "the first push of a sync, without throttling",
  size: 10_000,
  sizeOf: "secrets",
  gatherMs: 500,
  deadlineSeconds: 240,
  run: async (context) => {
    const { stack, size, figures, log } = context;
    const pushed = await firstPush(context, size);
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "set", concurrency: CONCURRENCY });
    const possible = CONCURRENCY / (ROUND_TRIP_MS / 1000);
    const rate = size / (pushed.tookMs / 1000);
    figures
      .atLeast("rate", rate, "secrets/s", SHARE * possible)
      .atMost("worker CPU per secret", pushed.cpuMs / size, "ms", CPU_MS)
      .tell("took", pushed.tookMs / 1000, "s")
      .tell("writes beyond one per secret and the probe", pushed.writes - size - 1, "calls")
      .tell("worker peak RSS", memoryMb(pushed.workerPid).peak, "MB")
      .tell("bare client", ceiling.perSecond, "writes/s")
      .tell("rate ÷ bare client", rate / ceiling.perSecond, "")
      .tell("local Azure CPU per write", ceiling.serverCpuMs, "ms");
  },
};
