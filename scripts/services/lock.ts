import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { birthOf, isAlive } from "./process.ts";

export type Lock = Readonly<{ release: () => void }>;

type Holder = Readonly<{ pid: number; birth: string | undefined }>;

/** Somebody else holds the lock and lives. */
export class LockedError extends Error {
  readonly code = "LOCKED";
  readonly pid: number;
  readonly file: string;

  constructor(what: string, pid: number, file: string) {
    super(`${what} is in use by process ${pid} (${file}). Stop that process first.`);
    this.pid = pid;
    this.file = file;
  }
}

/**
 * Takes `file` as a lock for as long as this process lives, or until `release`. A lock left behind by a process
 * that is dead, or whose id now belongs to another process, is taken over. `what` names the thing in the error.
 */
export function acquireLock(file: string, what: string): Lock {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) });
  // A link appears together with its content, so nobody ever reads a half-written lock.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      if (tryLink(draft, file)) return held(file, mine);
      const found = read(file);
      if (found === undefined) continue;
      const holder = parse(found);
      if (holder !== undefined && lives(holder)) throw new LockedError(what, holder.pid, file);
      discard(file, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Error(`could not take the lock ${file}: others take it again and again`);
}

/** Removes a stale lock, unless it has just become somebody's live one: that is put back. */
function discard(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function held(file: string, mine: string): Lock {
  const release = (): void => {
    process.off("exit", release);
    if (read(file) === mine) rmSync(file, { force: true });
  };
  process.on("exit", release);
  return { release };
}

function lives(holder: Holder): boolean {
  if (!isAlive(holder.pid)) return false;
  return holder.birth === undefined || holder.birth === birthOf(holder.pid);
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === "number" ? { pid: value.pid, birth: value.birth } : undefined;
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
