import { nextScheduledTime } from "@kvsync/contracts";
import type { SyncChange, SyncRow } from "@kvsync/store";

export type Schedule = Readonly<{ cron: string; timeZone: string }> | null;

export const scheduleOf = (sync: SyncRow): Schedule =>
  sync.schedule === null ? null : { cron: sync.schedule, timeZone: sync.timeZone ?? "UTC" };

/** What changes of a sync with its schedule: when it is due next, too. */
export function scheduleChange(sync: SyncRow, schedule: Schedule): SyncChange {
  if (schedule === null) return { schedule: null, timeZone: null, nextScheduledAt: null };
  const { cron, timeZone } = schedule;
  const nextScheduledAt = nextScheduledTime({ id: sync.id, schedule: cron, timeZone }, new Date());
  return { schedule: cron, timeZone, nextScheduledAt };
}
