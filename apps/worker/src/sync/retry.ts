import { retryClass, type Failure } from "@kvsync/contracts";

/** How failures are tried again, in milliseconds. */
export type RetryPolicy = Readonly<{
  /** Attempts of one secret within a run. */
  attemptsPerRun: number;
  withinRun: Backoff;
  /** Between runs, for a secret that still failed at a run's end. */
  secret: Backoff;
  /** Between runs that failed as a whole. */
  run: Backoff;
  /** How long after a sync was connected a failure may be Azure's propagation. */
  graceMs: number;
  /** Between attempts within the grace window. */
  grace: Backoff;
}>;

type Backoff = Readonly<{ baseMs: number; capMs: number }>;

export const defaultRetryPolicy: RetryPolicy = {
  attemptsPerRun: 5,
  withinRun: { baseMs: 300, capMs: 10_000 },
  secret: { baseMs: 30_000, capMs: 3_600_000 },
  run: { baseMs: 5_000, capMs: 900_000 },
  graceMs: 15 * 60_000,
  grace: { baseMs: 5_000, capMs: 30_000 },
};

/**
 * Exponential backoff with full jitter: a random time up to `base × 2^attempt`, capped, so that those who failed
 * together don't come back together. At least a tenth of the bound, and never sooner than the other side asked.
 *
 * @param attempt from 0
 * @param random in [0, 1)
 */
export function backoff(
  { baseMs, capMs }: Backoff,
  attempt: number,
  random: number,
  retryAfterMs: number | undefined,
): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(Math.max(bound * (0.1 + 0.9 * random), retryAfterMs ?? 0));
}

/**
 * Whether a failure passes by itself: transient ones do, and within the grace window also those that may only mean that
 * Azure hasn't propagated a setting.
 */
export function passesByItself(failure: Failure, inGrace: boolean): boolean {
  const kind = retryClass(failure.code);
  return kind === "transient" || (kind === "grace" && inGrace);
}
