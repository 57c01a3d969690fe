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
import { findChromium } from "./services/chromium.ts";
import { removePostgres, startPostgres } from "./services/postgres.ts";
import { startRedis } from "./services/redis.ts";
import { onStop } from "./services/stop.ts";
import { readOutcome } from "./services/jest-outcome.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const log = (line: string): void => console.error(`· ${line}`);

const directory = mkdtempSync(join(tmpdir(), "kvsync-test-"));
// As root, PostgreSQL's account must be able to pass.
chmodSync(directory, 0o711);
removeAtEnd(directory);
const cleanUp: (() => Promise<void>)[] = [async () => rmSync(directory, { recursive: true, force: true })];

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
  for (const step of cleanUp.toReversed()) await step();
}

async function main(): Promise<number> {
  const services = await startServices();
  if (stopped) return 130;
  const report = join(directory, "jest.json");
  const ended = await runJest(report, services);
  if (stopped) return 130;
  const outcome = readOutcome(report, { narrowed: args.some((arg) => /^(-t|--testNamePattern)/u.test(arg)) });
  for (const remark of outcome.remarks) console.error(remark);
  if (!ended) console.error("Jest did not end after the last test: a test leaves something open or running.");
  console.log(outcome.line);
  return outcome.ok && ended ? 0 : 1;
}

/**
 * Chromium is looked for whichever tests were chosen: while PostgreSQL starts that costs nothing, and it is downloaded
 * at most once.
 */
async function startServices(): Promise<NodeJS.ProcessEnv> {
  const chromium = findChromium({ toolsDirectory: join(root, ".tools"), env: process.env, log });
  // Its failure is told below, at its turn, when what was started before can be stopped.
  chromium.catch(() => undefined);
  const postgresAt = join(directory, "postgres");
  cleanUp.push(async () => removePostgres({ directory: postgresAt, log }));
  const postgres = await startPostgres({ directory: postgresAt, durable: false, log });
  cleanUp.push(postgres.stop);
  if (!postgres.home.startsWith(directory)) removeAtEnd(postgres.home);
  const redis = await startRedis({
    directory: join(directory, "redis"),
    toolsDirectory: join(root, ".tools"),
    durable: false,
    log,
  });
  cleanUp.push(redis.stop);
  const { command } = await chromium;
  return { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url, TEST_CHROMIUM: command };
}

/**
 * Resolves when Jest has ended; what came of it stands in the report. False when it had to be ended, because it went
 * on long after the report was there.
 */
async function runJest(report: string, services: NodeJS.ProcessEnv): Promise<boolean> {
  const options = "--experimental-vm-modules --disable-warning=ExperimentalWarning";
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
      // On two cores Jest by itself would run one file after the other, and most tests wait more than they compute.
      `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        ...services,
        TMPDIR: temporary,
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
