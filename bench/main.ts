/**
 * `npm run bench -- NAME [--json] [--size N] [--profile DIR]`: measures one thing on a system that it starts for
 * itself and stops again. Without a name it lists what there is. See README.md beside.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { onStop } from "../scripts/services/stop.ts";
import { changeLatency } from "./benchmarks/change-latency.ts";
import { drift } from "./benchmarks/drift.ts";
import { firstPushBench } from "./benchmarks/first-push.ts";
import { fleet } from "./benchmarks/fleet.ts";
import { memory } from "./benchmarks/memory.ts";
import { noop } from "./benchmarks/noop.ts";
import { throttledPush } from "./benchmarks/throttled-push.ts";
import type { Benchmark } from "./lib/bench.ts";
import { asJson, asTable, Figures, worstRatio } from "./lib/report.ts";
import { startStack } from "./lib/stack.ts";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  noop,
  drift,
  "first-push": firstPushBench,
  "throttled-push": throttledPush,
  "change-latency": changeLatency,
  fleet,
  memory,
};

const undo: Array<() => Promise<void>> = [];

process.exitCode = await main();
// A database's or an agent's timer must not keep a finished benchmark waiting.
process.exit();

async function main(): Promise<number> {
  const given = readArguments();
  if (given === undefined) return 2;
  const { values, positionals } = given;
  const [name] = positionals;
  if (name === undefined || values.help === true) {
    console.log(usage());
    return 0;
  }
  const benchmark = benchmarks[name];
  const size = values.size === undefined ? benchmark?.size : Number(values.size);
  if (benchmark === undefined || size === undefined || !Number.isInteger(size) || size < 1) {
    console.error("There is no such benchmark or size. Without a name they are listed.");
    return 2;
  }
  const profileDirectory =
    values.profile === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? ".", values.profile);
  if (profileDirectory !== undefined) mkdirSync(profileDirectory, { recursive: true });
  try {
    const figures = await measure(benchmark, size, profileDirectory);
    console.log(values.json === true ? asJson(name, figures.list) : asTable(name, figures.list));
    return worstRatio(figures.list) < 1 ? 3 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    for (const step of undo.splice(0).toReversed()) await step();
  }
}

/** @returns undefined, and explained, when the arguments aren't as {@link usage} says */
function readArguments() {
  try {
    return parseArgs({
      options: {
        json: { type: "boolean" },
        size: { type: "string" },
        profile: { type: "string" },
        help: { type: "boolean" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage()}`);
    return undefined;
  }
}

function usage(): string {
  const known = Object.entries(benchmarks).map(
    ([name, { about, size, sizeOf }]) => `  ${name.padEnd(16)}${about} (${size} ${sizeOf})`,
  );
  return ["npm run bench -- NAME [--json] [--size N] [--profile DIR]", "", ...known].join("\n");
}

/** @throws when it fails, takes too long, or is asked to end */
async function measure(
  benchmark: Benchmark,
  size: number,
  profileDirectory: string | undefined,
): Promise<Figures> {
  const begun = Date.now();
  const log = (line: string): void => {
    console.error(`· ${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
    if (profileDirectory === undefined) return;
    // On the clock of the profiles, so that a phase's samples can be told from the others.
    const atUs = Number(process.hrtime.bigint() / 1000n);
    appendFileSync(join(profileDirectory, "phases.jsonl"), `${JSON.stringify({ atUs, line })}\n`);
  };
  // A bigger size than usual takes longer.
  const seconds = benchmark.deadlineSeconds * Math.max(1, size / benchmark.size);
  const ended = new Promise<never>((_, reject) => {
    onStop((reason) => reject(new Error(`ended by ${reason}`)));
    setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000).unref();
  });
  const work = async (): Promise<Figures> => {
    const { gatherMs } = benchmark;
    const onUndo = (step: () => Promise<void>): void => void undo.push(step);
    const stack = await startStack({ gatherMs, profileDirectory, log, onUndo });
    const figures = new Figures();
    await Promise.race([benchmark.run({ stack, size, figures, log }), stack.broken]);
    return figures;
  };
  return Promise.race([work(), ended]);
}
