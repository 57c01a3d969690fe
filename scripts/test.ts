/**
 * `npm test`: every test, on a PostgreSQL and a Redis of its own in a folder of its own, those of the pages in a real
 * Chromium. It disturbs no running `npm start` and leaves nothing behind but pictures of the pages in `test-results/`.
 * Arguments go to Jest: `npm test -- apps/worker`.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { removeAtEnd } from "./services/lifeline.ts";
import { onStop } from "./services/stop.ts";
import { readOutcome } from "./services/jest-outcome.ts";
import { TestServices } from "./services/test-services.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const log = (line: string): void => console.error(`· ${line}`);

const directory = mkdtempSync(join(tmpdir(), "kvsync-test-"));
// As root, PostgreSQL's account must be able to pass.
chmodSync(directory, 0o711);
removeAtEnd(directory);
const services = new TestServices({ root, directory, log });

let jest: ChildProcess | undefined;
let stopped = false;
onStop(() => {
  stopped = true;
  jest?.kill("SIGTERM");
});

process.exitCode = 1;
try {
  process.exitCode = await main();
} finally {
  await services.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const settings = await services.start();
  if (stopped) return 130;
  const report = join(directory, "jest.json");
  const ended = await runJest(report, settings);
  if (stopped) return 130;
  const outcome = readOutcome(report, { narrowed: args.some((arg) => /^(-t|--testNamePattern)/u.test(arg)) });
  for (const remark of outcome.remarks) console.error(remark);
  if (!ended) console.error("Jest did not end after the last test: a test leaves something open or running.");
  console.log(outcome.line);
  return outcome.ok && ended ? 0 : 1;
}

/**
 * Resolves when Jest has ended; what came of it stands in the report. False when it had to be ended, because it went
 * on long after the report was there.
 */
async function runJest(report: string, settings: NodeJS.ProcessEnv): Promise<boolean> {
  const options = "--disable-warning=ExperimentalWarning";
  // What tests leave in the folder for temporary files goes with ours, however they end.
  const temporary = join(directory, "tmp");
  mkdirSync(temporary);
  chmodSync(temporary, 0o711);
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/jest/bin/jest.js"),
      "--json",
      `--outputFile=${report}`,
      `--cacheDirectory=${join(root, "node_modules/.cache/jest")}`,
      // One more than cores: most tests wait a good part of their time.
      `--maxWorkers=${availableParallelism() + 1}`,
      // At its end a worker writes down what it compiled, for which Jest's half second isn't enough on a busy machine.
      "--workerGracefulExitTimeout=10000",
      ...args,
    ],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        ...settings,
        TMPDIR: temporary,
        // Commands and workers that tests start again and again, and Jest's own workers, compile what they load once.
        NODE_COMPILE_CACHE: join(directory, "compiled"),
        NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} ${options}`.trim(),
      },
    },
  );
  jest = child;
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve(true));
  });
  const stuck = new AbortController();
  const ranOut = patience(report, stuck.signal);
  const inTime = await Promise.race([ended, ranOut]);
  stuck.abort();
  if (!inTime) child.kill("SIGKILL");
  return inTime && ended;
}

/** Resolves with false some time after the report has appeared. */
async function patience(report: string, signal: AbortSignal): Promise<boolean> {
  try {
    while (!existsSync(report)) await delay(250, undefined, { signal });
    await delay(15_000, undefined, { signal });
    return false;
  } catch {
    return true;
  }
}
