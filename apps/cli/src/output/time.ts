import { usageError } from "../cli-error.ts";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A length of time as it is typed: `90s`, `10m`, `1h`, or seconds without a unit. @throws {CliError} */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/u.exec(text.trim());
  const ms = match === null ? 0 : Number(match[1]) * UNITS[(match[2] ?? "s") as keyof typeof UNITS];
  if (ms <= 0 || ms > 7 * 24 * UNITS.h)
    throw usageError(
      `--timeout “${text}” isn't a length of time.`,
      "Examples: 90s, 10m, 1h; a week at the most.",
    );
  return ms;
}

/** A length of time in words, as exact as one needs it: `0.4 s`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 90 * UNITS.m) return `${Math.round(ms / UNITS.m)} min`;
  if (ms < 36 * UNITS.h) return `${Math.round(ms / UNITS.h)} h`;
  return `${Math.round(ms / (24 * UNITS.h))} d`;
}

/** An instant as seen from now: `3 min ago`, `now`, `in 12 s`. */
export function relative(instant: string, now: number): string {
  const ms = Date.parse(instant) - now;
  if (Math.abs(ms) < 1_000) return "now";
  return ms < 0 ? `${duration(-ms)} ago` : `in ${duration(ms)}`;
}
