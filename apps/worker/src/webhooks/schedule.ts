/** When a delivery that failed is tried again, and when no more. Times are in milliseconds. */
export type DeliverySchedule = Readonly<{
  firstMs: number;
  factor: number;
  /** The longest gap. */
  capMs: number;
  attempts: number;
  /** How long a receiver may ask to wait. */
  longestAskedMs: number;
}>;

const HOUR = 3_600_000;

/** Eleven attempts over about a day: after 10 s, 30 s, 90 s, …, 2 h, and then every six hours. */
export const defaultSchedule: DeliverySchedule = {
  firstMs: 10_000,
  factor: 3,
  capMs: 6 * HOUR,
  attempts: 11,
  longestAskedMs: 24 * HOUR,
};

/**
 * How long until the next attempt: growing gaps, each up to a fifth shorter or longer, so that what failed together
 * doesn't come back together, and never sooner than the receiver asked.
 *
 * @param tries how many attempts there were
 * @param random in [0, 1)
 * @returns null when there were enough
 */
export function nextAttemptIn(
  schedule: DeliverySchedule,
  tries: number,
  random: number,
  askedMs: number | null,
): number | null {
  if (tries >= schedule.attempts) return null;
  const gap = Math.min(schedule.capMs, schedule.firstMs * schedule.factor ** (tries - 1));
  const asked = Math.min(askedMs ?? 0, schedule.longestAskedMs);
  return Math.round(Math.max(gap * (0.8 + 0.4 * random), asked));
}

/** What `Retry-After` asks for, in milliseconds: seconds or a date. Null for anything else. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(date - now, 0);
}
