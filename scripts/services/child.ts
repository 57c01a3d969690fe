import { spawn } from "node:child_process";
import { closeSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { guard, release } from "./lifeline.ts";
import { LogFile } from "./log-file.ts";
import { signal } from "./process.ts";

/** What has to hold before a child counts as started. */
type Ready =
  | Readonly<{ line: RegExp }>
  | Readonly<{ http: string }>
  | Readonly<{ check: (pid: number) => boolean | Promise<boolean> }>;

export type ChildOptions = Readonly<{
  /** For messages: "control", "PostgreSQL". */
  name: string;
  command: string;
  args?: readonly string[];
  /** The whole environment of the child, ours by default. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  account?: Readonly<{ uid: number; gid: number }>;
  logFile: string;
  ready?: Ready;
  readyWithinMs?: number;
  stopSignal?: NodeJS.Signals;
  stopWithinMs?: number;
}>;

/** `expected` is true when the child ended because `stop` was called. */
export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null; expected: boolean }>;

export type Child = Readonly<{
  name: string;
  pid: number;
  logFile: string;
  /** Resolves when the child is gone, for whatever reason; never rejects. */
  exited: Promise<Exit>;
  /** What it wrote last, for a message about its end. */
  lastLines: (count: number) => string[];
  /** Asks it to end, and after `stopWithinMs` ends its group. Safe to call twice or when it is gone. */
  stop: () => Promise<void>;
}>;

/** A child could not be started, ended before it was ready, or was not ready in time. */
export class ChildFailedError extends Error {
  readonly code = "CHILD_FAILED";
  readonly child: string;
  readonly lastLines: readonly string[];

  constructor(child: string, what: string, lastLines: readonly string[], logFile: string) {
    const said =
      lastLines.length === 0 ? " It wrote nothing" : ` Its last lines:\n  ${lastLines.join("\n  ")}\n`;
    super(`${child} ${what}.${said} (log: ${logFile})`);
    this.child = child;
    this.lastLines = lastLines;
  }
}

/**
 * Starts a long-running child and waits until it is ready. Its output goes straight into `logFile`. It leads a
 * group of its own, so that Ctrl-C reaches only us and we stop children in our order; when we are killed, it ends
 * all the same (see lifeline.ts).
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const child = await launch(options, new LogFile(options.logFile));
  try {
    await untilReady(child, options);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

async function launch(options: ChildOptions, log: LogFile): Promise<Child> {
  const { name, stopSignal = "SIGTERM", stopWithinMs = 12_000 } = options;
  const output = log.open();
  const spawned = spawn(options.command, options.args ?? [], {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    detached: true,
    stdio: ["ignore", output, output],
    ...options.account,
  });
  closeSync(output);
  const { pid } = spawned;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => spawned.once("error", resolve));
    throw new ChildFailedError(name, `could not be started: ${error.message}`, [], log.path);
  }
  guard(pid, stopSignal);

  let stopping: Promise<void> | undefined;
  const exited = new Promise<Exit>((resolve) => {
    spawned.once("exit", (code, by) => {
      release(pid);
      resolve({ code, signal: by, expected: stopping !== undefined });
    });
  });
  const end = async (): Promise<void> => {
    if (spawned.exitCode !== null || spawned.signalCode !== null) return;
    signal(pid, stopSignal);
    if (await within(exited, stopWithinMs)) return;
    signal(-pid, "SIGKILL");
    await exited;
  };
  const stop = async (): Promise<void> => {
    stopping ??= end();
    return stopping;
  };
  return { name, pid, logFile: log.path, exited, lastLines: (count) => log.lines().slice(-count), stop };
}

async function untilReady(child: Child, options: ChildOptions): Promise<void> {
  const { ready, readyWithinMs = 30_000 } = options;
  let exit: Exit | undefined;
  void child.exited.then((value) => (exit = value));
  const deadline = Date.now() + readyWithinMs;
  const failure = (what: string): Error =>
    new ChildFailedError(child.name, what, child.lastLines(15), child.logFile);

  const isReady = async (): Promise<boolean> => ready === undefined || holds(ready, child);
  while (!(await isReady())) {
    await delay(20);
    if (exit !== undefined) throw failure(`ended before it was ready (${describe(exit)})`);
    if (Date.now() > deadline) throw failure(`was not ready within ${readyWithinMs / 1000} s`);
  }
  if (exit !== undefined) throw failure(`ended at once (${describe(exit)})`);
}

async function holds(ready: Ready, child: Child): Promise<boolean> {
  if ("line" in ready) return child.lastLines(Infinity).some((line) => ready.line.test(line));
  if ("check" in ready) return ready.check(child.pid);
  try {
    const response = await fetch(ready.http, { signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function describe(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const done = await Promise.race([promise.then(() => true), timeout]);
  timer.abort();
  return done;
}
