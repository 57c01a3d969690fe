import {
  forgetOldPlans,
  forgetOldRequests,
  forgetOldRuns,
  forgetOldTokens,
  forgetOldVersionCounts,
  forgetOldWebhookEvents,
  type Database,
} from "@kvsync/store";

/** How long runs are kept, in days. Each sync's newest stays. */
const RUN_DAYS = 90;
/** How long events and their deliveries to webhooks are kept, in days. */
const WEBHOOK_DAYS = 30;
/** How long tokens of command lines are kept after they ended, in days. */
const TOKEN_DAYS = 90;

/** Forgets what nobody asks for any more, so that the database doesn't grow without end. */
export async function forgetOld(database: Database): Promise<void> {
  await forgetOldRuns(database, RUN_DAYS);
  await forgetOldPlans(database);
  await forgetOldVersionCounts(database);
  await forgetOldRequests(database);
  await forgetOldTokens(database, TOKEN_DAYS);
  await forgetOldWebhookEvents(database, WEBHOOK_DAYS);
}
