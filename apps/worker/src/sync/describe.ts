import type { Failure } from "@kvsync/contracts";
import type { PlanActionRow } from "@kvsync/store";
import type { Action } from "./actions.ts";

/** An action as a person reads it: what is done to which secret under which name, and why. */
export function describeAction(action: Action): Omit<PlanActionRow, "position"> {
  const about = aboutOf(action);
  const failure = failureOf(action);
  return {
    kind: action.kind,
    recordId: action.record?.id ?? null,
    ...about,
    reason: "reason" in action ? action.reason : null,
    failureCode: failure?.code ?? null,
    failureFields: failure?.fields ?? null,
  };
}

function aboutOf(action: Action): Pick<PlanActionRow, "secretId" | "secretName" | "vaultName"> {
  switch (action.kind) {
    case "delete":
    case "hold":
    case "forget":
    case "wait": {
      const { secretId, secretName, vaultName } = action.record;
      return { secretId, secretName, vaultName };
    }
    default: {
      const { id: secretId, name: secretName } = action.secret;
      return { secretId, secretName, vaultName: action.vaultName };
    }
  }
}

function failureOf(action: Action): Pick<Failure, "code" | "fields"> | null {
  if (action.kind === "blocked" || action.kind === "hold") return action.failure;
  if (action.kind !== "wait" || action.record.failureCode === null) return null;
  return { code: action.record.failureCode, fields: action.record.failureFields ?? {} };
}
