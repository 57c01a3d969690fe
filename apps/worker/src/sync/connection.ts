import { existingPolicySchema, namePolicySchema } from "@kvsync/contracts";
import type { SyncRow } from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import type { PlanSettings } from "./plan.ts";
import type { Connection } from "./vaults.ts";

/** A sync's way to its vault. @throws {FailureError} `SYNC_INCOMPLETE` */
export function connectionOf(sync: SyncRow): Connection {
  const { tenantId, clientId, vaultUrl, environmentId } = sync;
  if (tenantId === null || clientId === null || vaultUrl === null || environmentId === null)
    throw new FailureError({ code: "SYNC_INCOMPLETE", fields: {} });
  const { id: syncId, workspaceId, projectId } = sync;
  return { tenantId, clientId, vaultUrl, subject: { syncId, workspaceId, projectId, environmentId } };
}

/** What of a sync's settings a plan depends on. */
export function planSettingsOf(sync: SyncRow): PlanSettings {
  return {
    syncId: sync.id,
    vaultUrl: sync.vaultUrl ?? "",
    prefix: sync.prefix,
    namePolicy: namePolicySchema.parse(sync.namePolicy),
    removalPolicy: sync.removalPolicy === "keep" ? "keep" : "delete",
    driftPolicy: sync.driftPolicy === "report" ? "report" : "repair",
    existingPolicy: existingPolicySchema.parse(sync.existingPolicy),
    removalBrakePercent: sync.removalBrakePercent,
  };
}
