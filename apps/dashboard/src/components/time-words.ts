const UNITS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

/** How far a moment is from now, in its largest unit: “3 minutes ago”, “in 2 hours”, “just now”. */
export function relativeTime(moment: number, now: number): string {
  const seconds = Math.round((moment - now) / 1000);
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return relative.format(wholeOf(seconds / size), unit);
  if (seconds > 5) return "in a few seconds";
  return seconds < -5 ? "seconds ago" : "just now";
}

/** What lies behind has passed in full; what is to come in 29.9 days comes in 30. */
const wholeOf = (count: number): number => (count < 0 ? Math.trunc(count) : Math.round(count));

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const FORMS = {
  exact: {
    day: "numeric",
    month: "short",
    year: "numeric",
    ...TIME,
    second: "2-digit",
    timeZoneName: "short",
  },
  hour: { day: "numeric", month: "short", ...TIME },
  day: { day: "numeric", month: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Kept, because to make one takes longer than a row of a table. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(form: keyof typeof FORMS, timeZone: string): Intl.DateTimeFormat {
  const key = `${form} ${timeZone}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...FORMS[form], timeZone });
  formatters.set(key, known);
  return known;
}

/** A moment to the second, with its zone: “25 Nov 2026, 20:14:03 UTC”. */
export const exactTime = (moment: number, timeZone: string): string =>
  formatterOf("exact", timeZone).format(moment);

/** A moment as short as its unit allows: “25 Nov”, or with the time of day, “25 Nov, 20:14”. */
export const shortTime = (moment: number, timeZone: string, unit: "hour" | "day"): string =>
  formatterOf(unit, timeZone).format(moment);

/** How long something took: “840 ms”, “3.2 s”, “4 min 10 s”, “2 h 5 min”. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined(hours, "h", minutes % 60, "min");
  return joined(Math.floor(hours / 24), "d", hours % 24, "h");
}

const joined = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
