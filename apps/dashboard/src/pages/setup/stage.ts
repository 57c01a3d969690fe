import type { SyncDetail } from "../../api/setup.ts";

/** How far the first push is. */
export type Stage = "plan" | "approve" | "push" | "done" | "failed" | "paused";

type Pushing = Pick<SyncDetail, "state" | "awaiting" | "lastRun" | "upToDate" | "firstPlan">;

/** What the last step shows of a linked sync. */
export function stageOf(sync: Pushing): Stage {
  const { state, awaiting, lastRun, upToDate } = sync;
  if (awaiting?.asks === "first-plan") return "approve";
  if (state === "paused") return "paused";
  const run = lastRun?.state;
  // A run that ended before what is wanted now is followed by another.
  if (upToDate && (run === "succeeded" || run === "completed_with_failures")) return "done";
  // It waits for an answer to its plan, which is read in a moment, or to removals, which the sync's page asks.
  if (upToDate && run === "awaiting_approval") return awaiting === null ? "plan" : "done";
  if (state === "failing" || (upToDate && run === "failed")) return "failed";
  return isPlanning(sync) ? "plan" : "push";
}

/** The first run of a sync that asks works out the plan: until it ends, nothing is counted. */
function isPlanning({ firstPlan, lastRun }: Pushing): boolean {
  if (firstPlan !== "ask") return false;
  if (lastRun === undefined) return true;
  const { trigger, state, counts } = lastRun;
  return trigger === "initial" && state === "running" && Object.values(counts).every((count) => count === 0);
}
