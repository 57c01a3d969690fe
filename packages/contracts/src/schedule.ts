import { createHash } from "node:crypto";
import { CronExpressionParser } from "cron-parser";

/**
 * How far a schedule's runs are spread, in milliseconds: many syncs are set to the top of the hour, and vaults and Entra
 * needn't see them all in one second.
 */
const SPREAD_MS = 60_000;

/** When a schedule is due next, after `after`. @throws when the expression or the time zone isn't valid */
export function nextScheduledTime(
  sync: Readonly<{ id: string; schedule: string; timeZone: string }>,
  after: Date,
): Date {
  const offset = spreadOf(sync.id);
  const { schedule, timeZone: tz } = sync;
  const expression = CronExpressionParser.parse(schedule, {
    tz,
    currentDate: new Date(after.getTime() - offset),
  });
  return new Date(expression.next().toDate().getTime() + offset);
}

/** The same for a sync each time, and evenly spread over syncs. */
function spreadOf(syncId: string): number {
  return createHash("sha256").update(syncId).digest().readUInt32BE(0) % SPREAD_MS;
}
