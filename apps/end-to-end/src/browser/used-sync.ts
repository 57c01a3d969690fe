import { ok, runsOf, settled } from "../scenario.ts";
import type { TestSystem } from "../system.ts";

/** What a run every four hours leaves behind, so that a picture shows what a sync looks like that has been used. */
const RUNS = 40;
const GAP_MS = 4 * 3_600_000;

/** Gives a sync a week of runs, and then one more that is real. @returns the id of that one */
export async function usedForAWeek(system: TestSystem, syncId: string): Promise<string> {
  await system.database.run.createMany({
    data: Array.from({ length: RUNS }, (_, index) => {
      const startedAt = new Date(Date.now() - (index + 1) * GAP_MS);
      const failed = index % 9 === 4;
      return {
        syncId,
        trigger: index % 6 === 0 ? "schedule" : "change",
        state: failed ? "completed_with_failures" : "succeeded",
        epoch: 0,
        generation: 0,
        total: 28,
        created: index % 7 === 0 ? 3 : 0,
        updated: (index * 5) % 8,
        repaired: index % 11 === 3 ? 2 : 0,
        deleted: index % 13 === 5 ? 1 : 0,
        failed: failed ? 2 : 0,
        unchanged: 20,
        startedAt,
        endedAt: new Date(startedAt.getTime() + 700 + ((index * 337) % 4_000)),
      };
    }),
  });
  await ok(system, "POST", `/v1/sync/${syncId}/records/retry`);
  await settled(system, syncId);
  const [latest] = await runsOf(system, syncId);
  if (latest === undefined) throw new Error("the sync has no run");
  return latest.id;
}
