import { useSyncExternalStore } from "react";
import { durationWords, exactTime, relativeTime, shortTime } from "./time-words.ts";
import { useTimeZone } from "./time-zone.tsx";
import classes from "./time.module.css";

/** One clock for all times on the page. */
const TICK_MS = 10_000;
let now = Date.now();
const watchers = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const watcher of watchers) watcher();
}, TICK_MS);

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** What is longer ago is told by its date, which tells two moments of one day apart. */
const RELATIVE_MS = 20 * 3_600_000;
/** A date without its year would be taken for another one. */
const DATE_SUFFICES_MS = 180 * 86_400_000;

/** A moment as its distance from now while that is short; the exact time, in the chosen zone, shows with the pointer or the focus on it. */
export function Time({
  at,
  isToCome = false,
}: Readonly<{
  at: string | null | undefined;
  /** For what is still to happen: its moment may have come, but it isn't over. */
  isToCome?: boolean;
}>) {
  const { name } = useTimeZone();
  const current = useSyncExternalStore(watch, () => now);
  if (at === null || at === undefined) return <Absent />;
  const moment = Date.parse(at);
  // The clock stands still between two ticks, while things happen.
  const reference = Math.max(current, Math.min(moment, current + TICK_MS));
  const isLongAgo = reference - moment > RELATIVE_MS && reference - moment < DATE_SUFFICES_MS;
  const words =
    isToCome && moment < reference + 5_000
      ? "any moment"
      : isLongAgo
        ? shortTime(moment, name, "hour")
        : relativeTime(moment, reference);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard shows the hint
    <time className={classes.time} dateTime={at} tabIndex={0} data-hint={exactTime(moment, name)}>
      {words}
    </time>
  );
}

/** A moment to the second, in the chosen zone. */
export function ExactTime({ at }: Readonly<{ at: string | null | undefined }>) {
  const { name } = useTimeZone();
  if (at === null || at === undefined) return <Absent />;
  return (
    <time className={classes.exact} dateTime={at}>
      {exactTime(Date.parse(at), name)}
    </time>
  );
}

export function Duration({ ms }: Readonly<{ ms: number | null | undefined }>) {
  if (ms === null || ms === undefined) return <Absent />;
  return <span className={classes.exact}>{durationWords(ms)}</span>;
}

/** Stands where there is nothing to show. */
export function Absent() {
  return (
    <span className={classes.absent}>
      <span aria-hidden>—</span>
      <span className="kv-visually-hidden">none</span>
    </span>
  );
}
