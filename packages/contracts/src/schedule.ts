import { createHash } from "node:crypto";
import { CronExpressionParser } from "cron-parser";

/**
 * How far a schedule's runs are spread, in milliseconds: many syncs are set to the top of the hour, and vaults and Entra
 * needn't see them all in one second.
 */
export const SCHEDULE_SPREAD_MS = 60_000;

type Scheduled = Readonly<{ id: string; schedule: string; timeZone: string }>;

/** When a schedule is due next, after `after`. @throws when the expression or the time zone isn't valid */
export function nextScheduledTime(sync: Scheduled, after: Date): Date {
  return nextTimesOfMany(after)(sync);
}

/**
 * As {@link nextScheduledTime}, for many syncs at one moment: what has the same schedule is worked out once, since that
 * takes a millisecond.
 */
export function nextTimesOfMany(after: Date): (sync: Scheduled) => Date {
  const known = new Map<string, readonly number[]>();
  return ({ id, schedule, timeZone }) => {
    const key = `${timeZone} ${schedule}`;
    const times = known.get(key) ?? timesFrom(schedule, timeZone, after);
    known.set(key, times);
    const offset = scheduleOffset(id);
    const time = times.find((time) => time > after.getTime() - offset);
    if (time === undefined) throw new RangeError(`nothing follows on ${after.toISOString()}`);
    return new Date(time + offset);
  };
}

/** The schedule's own times from the spread before `after` on, up to the first one after it. In Unix milliseconds. */
function timesFrom(schedule: string, tz: string, after: Date): number[] {
  const currentDate = new Date(after.getTime() - SCHEDULE_SPREAD_MS);
  const expression = CronExpressionParser.parse(schedule, { tz, currentDate });
  const times: number[] = [];
  for (;;) {
    const time = expression.next().toDate().getTime();
    times.push(time);
    if (time > after.getTime()) return times;
  }
}

/**
 * The next so many times of a schedule after `after`, each put off by `offsetMs`.
 *
 * @throws when the expression or the time zone isn't valid
 */
export function nextScheduledTimes(
  { schedule, timeZone: tz }: Readonly<{ schedule: string; timeZone: string }>,
  offsetMs: number,
  after: Date,
  count: number,
): Date[] {
  const currentDate = new Date(after.getTime() - offsetMs);
  const expression = CronExpressionParser.parse(schedule, { tz, currentDate });
  return expression.take(count).map((time) => new Date(time.getTime() + offsetMs));
}

/** By how much (ms) a sync's scheduled runs are put off: the same each time, and evenly spread over syncs. */
export function scheduleOffset(syncId: string): number {
  return createHash("sha256").update(syncId).digest().readUInt32BE(0) % SCHEDULE_SPREAD_MS;
}
