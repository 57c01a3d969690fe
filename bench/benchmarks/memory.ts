import { CONCURRENCY, ROUND_TRIP_MS, type Benchmark } from "../lib/bench.ts";
import { measureCeiling } from "../lib/ceiling.ts";
import { firstPush } from "../lib/first-push.ts";
import { CpuMeter, memoryMb, MemorySampler } from "../lib/processes.ts";
import { endedRun } from "../lib/scenario.ts";

const PEAK_MB = 350;
/** How much larger the mean of the second half of the push may be than that of the first. */
const GROWTH = 1.15;

export const memory: Benchmark = {
  about: "the worker's memory in a first push and a drift check of a very big sync",
  size: 100_000,
  sizeOf: "secrets",
  gatherMs: 500,
  deadlineSeconds: 2_400,
  run: async (context) => {
    const { stack, size, figures, log } = context;
    let sampler: MemorySampler | undefined;
    let idle = 0;
    const pushed = await firstPush(context, size, ROUND_TRIP_MS, undefined, (pid) => {
      idle = memoryMb(pid).now;
      sampler = new MemorySampler(pid);
    });
    const push = sampler?.stop() ?? { first: 0, second: 0, most: 0 };
    const afterPush = memoryMb(pushed.workerPid);
    log(`drift check, after ${afterPush.peak.toFixed(0)} MB at most`);
    sampler = new MemorySampler(pushed.workerPid);
    const cpu = new CpuMeter([pushed.workerPid]);
    const at = Date.now();
    await stack.control("POST", `/v1/sync/${pushed.syncId}/run`);
    const run = await endedRun(stack, pushed.syncId, at, 10_000 + size * 10);
    const check = sampler.stop();
    const checkCpuMs = cpu.usedMs;
    log("bare client");
    const ceiling = await measureCeiling(stack, { kind: "set", concurrency: CONCURRENCY });
    figures
      .atMost("worker peak RSS", memoryMb(pushed.workerPid).peak, "MB", PEAK_MB)
      .atMost("push, second half ÷ first half", push.second / push.first, "", GROWTH)
      .tell("push, mean of first half", push.first, "MB")
      .tell("push, mean of second half", push.second, "MB")
      .tell("peak RSS after the push", afterPush.peak, "MB")
      .tell("drift check, mean of first half", check.first, "MB")
      .tell("drift check, mean of second half", check.second, "MB")
      .tell("drift check, most", check.most, "MB")
      .tell("when the push began", idle, "MB")
      .tell("push took", pushed.tookMs / 1000, "s")
      .tell("push, rate", size / (pushed.tookMs / 1000), "secrets/s")
      .tell("push, worker CPU per secret", pushed.cpuMs / size, "ms")
      .tell("drift check took", (run.endedAt - run.startedAt) / 1000, "s")
      .tell("drift check, worker CPU", checkCpuMs / 1000, "s")
      .tell("bare client", ceiling.perSecond, "writes/s");
  },
};
