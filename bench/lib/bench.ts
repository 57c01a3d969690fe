import type { Figures } from "./report.ts";
import type { Stack } from "./stack.ts";

/** What each request to Azure takes in these benchmarks, in milliseconds. */
export const ROUND_TRIP_MS = 50;
/** VAULT_CONCURRENCY's default. */
export const CONCURRENCY = 16;
/** Settings of a worker that no budget holds back. */
export const UNTHROTTLED = { VAULT_WRITES_PER_10_S: "100000", VAULT_READS_PER_10_S: "1000000" } as const;

export type BenchContext = Readonly<{
  stack: Stack;
  /** How many of what the benchmark counts in, secrets or others. */
  size: number;
  figures: Figures;
  /** Tells on the error stream how far it is. */
  log: (line: string) => void;
}>;

export type Benchmark = Readonly<{
  /** One line for the list. */
  about: string;
  /** The size unless one is given, and what it counts. */
  size: number;
  sizeOf: string;
  /** How long changes are gathered into one run, in milliseconds. */
  gatherMs: number;
  /** When it is given up, in seconds, with the default size. */
  deadlineSeconds: number;
  run: (context: BenchContext) => Promise<void>;
}>;
