import type { listPlanActions, PlanRow } from "@kvsync/store";
import { presentFailure } from "../presentation.ts";
import { actionKinds } from "./schema.ts";

type StoredAction = Awaited<ReturnType<typeof listPlanActions>>[number];

const NO_ACTIONS = Object.fromEntries(actionKinds.map((kind) => [kind, 0]));

/** How many actions of each kind a plan has; null until it is worked out. */
export function presentCounts({ counts }: Pick<PlanRow, "counts">): Readonly<Record<string, number>> | null {
  return counts === null ? null : { ...NO_ACTIONS, ...(counts as Record<string, number>) };
}

/** A plan as the API shows it, with a page of its actions. */
export function presentPlan(
  plan: PlanRow,
  actions: readonly StoredAction[],
  limit: number,
): Readonly<Record<string, unknown>> {
  const last = actions.length === limit ? actions.at(-1) : undefined;
  return {
    id: plan.id,
    state: plan.state,
    /** What waits for approval: first-plan or removals. */
    asks: plan.asks,
    generation: plan.generation,
    overrides: plan.overrides,
    counts: presentCounts(plan),
    vaultSecretCount: plan.vaultSecretCount,
    failure: presentFailure(plan.failureCode, plan.failureFields),
    createdAt: plan.createdAt,
    computedAt: plan.computedAt,
    approvedAt: plan.approvedAt,
    actions: actions.map(({ kind, secretId, secretName, vaultName, reason, failureCode, failureFields }) => ({
      kind,
      secretId,
      secretName,
      vaultName,
      reason,
      failure: presentFailure(failureCode, failureFields),
    })),
    nextCursor: last === undefined ? null : String(last.position),
  };
}
