import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { isSystemError } from "../system-error.ts";

/** Another process works on the same state. */
export class StateLocked extends Error {
  override readonly name = "StateLocked";
  readonly code = "STATE_LOCKED";
}

/** What this process holds, as a lock file with its own process id can also be one of a container's earlier life. */
const held = new Set<string>();

/**
 * Keeps other processes of this machine off a state directory. A lock whose process is gone is taken over.
 *
 * @returns how to let go
 * @throws {StateLocked}
 */
export function lock(file: string): () => void {
  const path = resolve(file);
  const owner = ownerOf(path);
  if (held.has(path) || (owner !== undefined && owner !== process.pid && isAlive(owner))) {
    throw new StateLocked(
      `Process ${String(owner ?? process.pid)} uses this state already (${path}). Stop it first.`,
    );
  }
  writeFileSync(path, String(process.pid), { mode: 0o600 });
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
