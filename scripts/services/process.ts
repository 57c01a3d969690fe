import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return stateOf(pid) !== "Z";
}

/**
 * What tells a process from a later one with the same id: its start time, as the system counts it. `undefined`
 * when there is no such process. Two equal answers for one id mean the same process, within one boot.
 */
export function birthOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const fields = statOf(pid);
    return fields === undefined ? undefined : `${bootId()}/${fields[19]}`;
  }
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return started === "" ? undefined : started;
  } catch {
    return undefined;
  }
}

/** Resolves to true once the process is gone, to false when it still lives after `withinMs`. */
export async function goneWithin(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Signals a process, or with a negative id its group; that there is none any more is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A zombie is dead to everyone but its parent; containers without an init process keep them for long. */
function stateOf(pid: number): string | undefined {
  return process.platform === "linux" ? statOf(pid)?.[0] : undefined;
}

/** The fields of /proc/PID/stat after the command's name, which may itself hold blanks and brackets. */
function statOf(pid: number): string[] | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}
