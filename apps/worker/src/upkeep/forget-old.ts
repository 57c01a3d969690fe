import {
  forgetOldPlans,
  forgetOldRequests,
  forgetOldRuns,
  forgetOldVersionCounts,
  forgetOldWebhookEvents,
  type Database,
} from "@kvsync/store";

/** How long runs are kept, in days. Each sync's newest stays. */
const RUN_DAYS = 90;
/** How long events and their deliveries to webhooks are kept, in days. */
const WEBHOOK_DAYS = 30;

/** Forgets what nobody asks for any more, so that the database doesn't grow without end. */
export async function forgetOld(database: Database): Promise<void> {
  await forgetOldRuns(database, RUN_DAYS);
  await forgetOldPlans(database);
  await forgetOldVersionCounts(database);
  await forgetOldRequests(database);
  await forgetOldWebhookEvents(database, WEBHOOK_DAYS);
}
