import { createHash } from "node:crypto";
import { CronExpressionParser } from "cron-parser";

/**
 * How far a schedule's runs are spread, in milliseconds: many syncs are set to the top of the hour, and vaults and Entra
 * needn't see them all in one second.
 */
export const SCHEDULE_SPREAD_MS = 60_000;

/** When a schedule is due next, after `after`. @throws when the expression or the time zone isn't valid */
export function nextScheduledTime(
  sync: Readonly<{ id: string; schedule: string; timeZone: string }>,
  after: Date,
): Date {
  const [time] = nextScheduledTimes(sync, scheduleOffset(sync.id), after, 1);
  if (time === undefined) throw new RangeError("the schedule has no next time");
  return time;
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
