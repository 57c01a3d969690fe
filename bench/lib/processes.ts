import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second for everybody who asks through /proc. */
const MS_PER_TICK = 10;
/** Positions in /proc/PID/stat, counted from after the command's name. */
const UTIME = 11;
const STIME = 12;
/** Of children that have ended and were waited for. */
const CHILDREN_UTIME = 13;
const CHILDREN_STIME = 14;

/** CPU that a process used so far, user and system together, in milliseconds, to 10 ms. 0 when it is gone. */
export function cpuMs(pid: number): number {
  return msOf(pid, [UTIME, STIME]);
}

function msOf(pid: number, positions: readonly number[]): number {
  const line = readOrNothing(`/proc/${pid}/stat`);
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return positions.reduce((sum, position) => sum + Number(fields[position] ?? 0), 0) * MS_PER_TICK;
}

/**
 * As {@link cpuMs}, with all the processes that this one started, as PostgreSQL does for each connection; also those that
 * have ended.
 */
export function cpuMsOfFamily(pid: number): number {
  const children = readOrNothing(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/u).filter(Boolean);
  return children.reduce(
    (sum, child) => sum + cpuMsOfFamily(Number(child)),
    msOf(pid, [UTIME, STIME, CHILDREN_UTIME, CHILDREN_STIME]),
  );
}

/** Resident memory now and at its most, in MB (2^20 bytes). Zeros when the process is gone. */
export function memoryMb(pid: number): Readonly<{ now: number; peak: number }> {
  const status = readOrNothing(`/proc/${pid}/status`);
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(status)?.[1] ?? 0) / 1024;
  return { now: mb("VmRSS"), peak: mb("VmHWM") };
}

/** How many sockets a process has open. 0 when it is gone. */
export function openSockets(pid: number): number {
  try {
    const names = readdirSync(`/proc/${pid}/fd`);
    return names.filter((name) => linkOf(`/proc/${pid}/fd/${name}`).startsWith("socket:")).length;
  } catch {
    return 0;
  }
}

/** What one or several processes used between two moments. */
export class CpuMeter {
  readonly #pids: readonly number[];
  readonly #before: number;

  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#before = total(pids);
  }

  /** Since the meter was made, in milliseconds. */
  get usedMs(): number {
    return total(this.#pids) - this.#before;
  }
}

const total = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);

/** Looks at a process's resident memory again and again. */
export class MemorySampler {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param everyMs how often it looks, in milliseconds */
  constructor(pid: number, everyMs = 250) {
    this.#timer = setInterval(() => this.#samples.push(memoryMb(pid).now), everyMs);
  }

  /** Ends it. @returns the means of the first and the second half, and the most, in MB */
  stop(): Readonly<{ first: number; second: number; most: number }> {
    clearInterval(this.#timer);
    const middle = Math.ceil(this.#samples.length / 2);
    return {
      first: mean(this.#samples.slice(0, middle)),
      second: mean(this.#samples.slice(middle)),
      most: Math.max(0, ...this.#samples),
    };
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
