import { adoptableCodes, isOneOf } from "@kvsync/contracts";
import {
  actionKinds,
  type OwnedBy,
  type PlanActionBody,
  type PlanBody,
  type PlanCounts,
  type PlanQuestion,
} from "@kvsync/contracts/api";
import type { listPlanActions, PlanOverrides, PlanRow, PlanState } from "@kvsync/store";
import { timestamp } from "../../http/timestamp.ts";
import { namedFields, type OwnerOf } from "../owners.ts";
import { presentFailure } from "../presentation.ts";

type StoredAction = Awaited<ReturnType<typeof listPlanActions>>[number];

const NO_ACTIONS = Object.fromEntries(actionKinds.map((kind) => [kind, 0])) as PlanCounts;

/** How many actions of each kind a plan has; null until it is worked out. */
export function presentCounts({ counts }: Pick<PlanRow, "counts">): PlanCounts | null {
  return counts === null ? null : { ...NO_ACTIONS, ...(counts as Partial<PlanCounts>) };
}

/** A plan as the API shows it, with a page of its actions. */
export function presentPlan(
  plan: PlanRow,
  actions: readonly StoredAction[],
  limit: number,
  ownerOf: OwnerOf,
): PlanBody {
  const last = actions.length === limit ? actions.at(-1) : undefined;
  return {
    id: plan.id,
    state: plan.state as PlanState,
    asks: plan.asks as PlanQuestion | null,
    generation: plan.generation,
    overrides: plan.overrides as PlanOverrides,
    counts: presentCounts(plan),
    vaultSecretCount: plan.vaultSecretCount,
    failure: presentFailure(plan.failureCode, plan.failureFields),
    createdAt: timestamp(plan.createdAt),
    computedAt: timestamp(plan.computedAt),
    approvedAt: timestamp(plan.approvedAt),
    actions: actions.map((action) => presentAction(action, ownerOf(action))),
    nextCursor: last === undefined ? null : String(last.position),
  };
}

function presentAction(
  { kind, secretId, secretName, vaultName, reason, failureCode, failureFields }: StoredAction,
  ownedBy: OwnedBy,
): PlanActionBody {
  return {
    kind: kind as PlanActionBody["kind"],
    secretId,
    secretName,
    vaultName,
    reason,
    failure: presentFailure(failureCode, namedFields(failureFields, ownedBy)),
    ownedBy,
    adoptable: isOneOf(adoptableCodes, failureCode),
  };
}
