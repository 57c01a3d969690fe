import { nextTimesOfMany } from "@kvsync/contracts";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  beginScheduledChecks,
  findDueDeliveries,
  findDueSyncs,
  findDueValidations,
  findQueuedPlans,
  findScheduledSyncs,
  type Database,
} from "@kvsync/store";

/** How many of a kind one sweep rings for; the next one goes on. */
const LIMIT = 2_000;

export type SweepCounts = Readonly<{
  scheduled: number;
  runs: number;
  validations: number;
  plans: number;
  deliveries: number;
}>;

/**
 * Rings for everything that is due: schedules whose time has come, syncs that want more than was done or whose retry is
 * due, validations, plans and deliveries to webhooks that nobody works on. Makes a lost ring, an emptied Redis and a dead worker harmless.
 */
export async function sweep(database: Database, doorbell: Doorbell, logger: Logger): Promise<SweepCounts> {
  const scheduled = await beginScheduled(database, logger);
  await doorbell.ringRuns(scheduled, "schedule");
  const scheduledNow = new Set(scheduled);
  const due = (await findDueSyncs(database, LIMIT)).filter((id) => !scheduledNow.has(id));
  const rung = await doorbell.ringUnrung(due);
  const validations = await findDueValidations(database, LIMIT);
  for (const { id, syncId } of validations) await doorbell.ringValidation(id, syncId);
  const plans = await findQueuedPlans(database, LIMIT);
  for (const { id, syncId } of plans) await doorbell.ringPlan(id, syncId);
  const deliveries = await findDueDeliveries(database, LIMIT);
  await doorbell.ringDeliveries(deliveries);
  return {
    scheduled: scheduled.length,
    runs: rung,
    validations: validations.length,
    plans: plans.length,
    deliveries: deliveries.length,
  };
}

async function beginScheduled(database: Database, logger: Logger): Promise<string[]> {
  const nextTime = nextTimesOfMany(new Date());
  const due = (await findScheduledSyncs(database, LIMIT)).flatMap((sync) => {
    try {
      return [{ sync, next: nextTime(sync) }];
    } catch (error) {
      logger.error({ err: error, syncId: sync.id }, "a sync's schedule can't be followed");
      return [];
    }
  });
  return due.length === 0 ? [] : beginScheduledChecks(database, due);
}
