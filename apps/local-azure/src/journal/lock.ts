import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { isSystemError } from "../system-error.ts";

/** Another process works on the same state. */
export class StateLocked extends Error {
  override readonly name = "StateLocked";
  readonly code = "STATE_LOCKED";
}

/** `started` tells a process from a later one with the same id; empty where the system doesn't say. */
type Owner = Readonly<{ pid: number; started: string }>;

/** What this process holds. */
const held = new Set<string>();

/**
 * Keeps other processes of this machine off a state directory. A lock whose process is gone is taken over, also
 * when another process has its id by now, as is usual in containers.
 *
 * @returns how to let go
 * @throws {StateLocked}
 */
export function lock(file: string): () => void {
  const path = resolve(file);
  const owner = ownerOf(path);
  if (held.has(path) || (owner !== undefined && owner.pid !== process.pid && isAlive(owner))) {
    const pid = String(owner?.pid ?? process.pid);
    throw new StateLocked(`Process ${pid} uses this state already (${path}). Stop it first.`);
  }
  writeFileSync(path, `${String(process.pid)} ${startOf(process.pid)}`, { mode: 0o600 });
  held.add(path);
  return () => {
    if (held.delete(path)) rmSync(path, { force: true });
  };
}

function ownerOf(path: string): Owner | undefined {
  const [, pid, started = ""] = /^(\d+) (\d*)$/.exec(readIfThere(path)) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), started };
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) return false;
  }
  return startOf(pid) === started;
}

/** When a process began, in ticks since boot (proc(5), field 22 of stat); empty where there is no /proc. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${String(pid)}/stat`);
  // The second field is the command in parentheses, which can itself hold blanks and parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ESRCH")) return "";
    throw error;
  }
}
