import type { Action, Plan } from "./actions.ts";
import type { PlanSettings } from "./plan.ts";

/** A run that removes fewer secrets than this never asks. */
const LEAST = 5;

/**
 * The brake on mass removal. When a plan would remove more than the sync's share of what it holds in the vault, and at
 * least five, each removal that nobody approved waits for approval instead.
 *
 * @param held how many vault secrets the sync holds
 */
export function brake(actions: Plan, held: number, settings: PlanSettings): Plan {
  const { removalBrakePercent: percent } = settings;
  const count = actions.filter(isUnapproved).length;
  if (percent >= 100 || count < LEAST || count * 100 <= held * percent) return actions;
  return actions.map((action) =>
    isUnapproved(action)
      ? {
          kind: "hold",
          record: action.record,
          vaultName: action.vaultName,
          failure: {
            code: "REMOVAL_AWAITS_APPROVAL",
            fields: { vaultName: action.vaultName, count, held },
          },
          reason: action.reason,
        }
      : action,
  );
}

function isUnapproved(action: Action): action is Extract<Action, { kind: "delete" }> {
  return action.kind === "delete" && !action.record.removalApproved;
}
