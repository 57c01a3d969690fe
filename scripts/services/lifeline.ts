import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { birthOf } from "./process.ts";
import type { Order } from "./reaper.ts";

let reaper: ChildProcess | undefined;

/**
 * From now on the process `pid`, the leader of its own group, ends with this one, also when this one is killed with
 * SIGKILL: a small process beside us (reaper.ts) then sends it `stopSignal`, and SIGKILL to its group ten seconds
 * later.
 */
export function guard(pid: number, stopSignal: NodeJS.Signals): void {
  const birth = birthOf(pid);
  if (birth !== undefined) tell({ do: "guard", pid, birth, stopSignal });
}

/** Ends the guard over a process that is gone, since its id may soon be another's. */
export function release(pid: number): void {
  tell({ do: "release", pid });
}

/** The folder is removed when this process is killed, after all guarded processes ended. */
export function removeAtEnd(path: string): void {
  tell({ do: "removeAtEnd", path });
}

/**
 * The process that will do all this, once there is something to do.
 * @public Asked for by processes that tests make from source text, which knip can't read.
 */
export function reaperPid(): number | undefined {
  return reaper?.pid;
}

function tell(order: Order): void {
  reaper ??= start();
  reaper.stdin?.write(`${JSON.stringify(order)}\n`);
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./reaper.ts", import.meta.url))], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref: () => void }).unref();
  return child;
}
