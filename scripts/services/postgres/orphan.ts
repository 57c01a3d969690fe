import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goneWithin, isAlive, signal } from "../process.ts";

/**
 * Makes way for a server on a data directory whose last supervisor is dead: a postmaster that still serves this
 * very directory is ended, what a dead one left is for PostgreSQL to recover. Fails where the process named in the
 * file can't be told to be one or the other. The server must then be started as a child of this process.
 */
export async function endOrphan(data: string, log: (line: string) => void): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = recordedPid(file);
  if (pid === undefined) return;
  const role = isAlive(pid) ? roleOf(pid, realpathSync(data)) : "other";
  if (role === "unknown") {
    throw new Error(
      `${file} names process ${pid}, and what that process is can't be seen. If it is no PostgreSQL of this ` +
        `directory, remove the file; if it is, stop it with: kill -INT ${pid}`,
    );
  }
  if (role === "postmaster") {
    log(`ending the PostgreSQL (pid ${pid}) that an earlier start left behind`);
    await end(pid);
  }
  // A stranger with that id, or a dead process that nobody has waited for, would pass for a running server. Our id in
  // its place reads as "stale" to a child of ours, while the rest of the file still lets it find leftovers in
  // shared memory.
  if (existsSync(file)) writeFileSync(file, readFileSync(file, "utf8").replace(/^.*/u, String(process.pid)));
}

async function end(pid: number): Promise<void> {
  const steps = [
    ["SIGINT", 10_000],
    ["SIGQUIT", 5000],
    ["SIGKILL", 5000],
  ] as const;
  for (const [name, waitMs] of steps) {
    signal(pid, name);
    if (await goneWithin(pid, waitMs)) return;
  }
  throw new Error(`the PostgreSQL with pid ${pid}, left behind by an earlier start, does not end`);
}

function recordedPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A postmaster works in its data directory, and names it on its command line. */
function roleOf(pid: number, data: string): "postmaster" | "other" | "unknown" {
  try {
    if (process.platform === "linux") {
      const isPostgres = readlinkSync(`/proc/${pid}/exe`)
        .replace(/ \(deleted\)$/u, "")
        .endsWith("/postgres");
      return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === data ? "postmaster" : "other";
    }
    const command = execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("postgres") && command.includes(data) ? "postmaster" : "other";
  } catch {
    return isAlive(pid) ? "unknown" : "other";
  }
}
