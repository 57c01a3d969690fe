import { ApiError } from "@kvsync/contracts";
import { approvePlan, findPlan, note } from "@kvsync/store";
import { placeOf } from "../audit/noting.ts";
import { inLockedSync, ringIfRunning, type SyncAddress } from "../locked-change.ts";
import type { SyncServiceDependencies } from "../service.ts";

/**
 * Approves the plan that waits: a run applies it.
 *
 * @throws {ApiError} 404, 409 `SYNC_STATE`, 409 `PLAN_NOT_AWAITING`
 */
export async function approve(
  dependencies: SyncServiceDependencies,
  address: SyncAddress,
  planId: string,
): Promise<void> {
  const { actor } = address;
  const sync = await inLockedSync(dependencies.database, address, "approve", async (transaction, before) => {
    const { id: syncId } = before;
    const plan = await findPlan(transaction, syncId, planId);
    if (plan === null) throw planNotFound();
    if (!(await approvePlan(transaction, syncId, planId)))
      throw new ApiError(
        409,
        "PLAN_NOT_AWAITING",
        "This plan doesn't wait for approval: it was approved already, or another one took its place. Look at what the sync awaits now.",
      );
    const fields = { planId, asks: plan.asks };
    await note(transaction, [{ ...placeOf(before), actor, action: "plan.approved", fields }]);
    return before;
  });
  await ringIfRunning(dependencies, sync, "manual");
}

export const planNotFound = (): ApiError => new ApiError(404, "PLAN_NOT_FOUND", "Plan not found");
