import { setTimeout as delay } from "node:timers/promises";
import { findPlan, type Database, type PlanRow } from "@kvsync/store";

/** The first and the longest pause between two looks whether the plan is there, in milliseconds. */
const PAUSE_MS = { first: 50, most: 500 };

/**
 * Waits until a plan that was asked for is worked out, or couldn't be.
 *
 * @param isGone whether nobody waits for it any more
 * @returns undefined when it isn't there in time, or nobody waits
 */
export async function waitForPlan(
  database: Database,
  plan: Readonly<{ id: string; syncId: string }>,
  waitMs: number,
  isGone: () => boolean,
): Promise<PlanRow | undefined> {
  const deadline = performance.now() + waitMs;
  for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 1.5, PAUSE_MS.most)) {
    const found = await findPlan(database, plan.syncId, plan.id);
    if (found !== null && found.state !== "queued") return found;
    if (isGone() || performance.now() >= deadline) return undefined;
    await delay(pause);
  }
}
