import {
  systemActor,
  type AuditNote,
  type SyncRow,
  type ValidationEnd,
  type ValidationRow,
} from "@kvsync/store";
import type { StepLog } from "./steps.ts";

/**
 * What the audit log is told of an attempt: that the validation is over, and what became of its temporary secret in the
 * vault. Null for an attempt that another one follows, unless it wrote that secret.
 */
export function validated(
  { id: syncId, name, workspaceId, projectId }: SyncRow,
  { id: validationId, environmentId, attempts }: ValidationRow,
  log: StepLog,
  how: ValidationEnd,
): AuditNote | null {
  const isDone = (name: string): boolean =>
    log.steps.some(({ step, state }) => step === name && state === "succeeded");
  const temporarySecret = !isDone("secret_created")
    ? "not created"
    : !isDone("secret_deleted")
      ? "created, not deleted"
      : isDone("secret_purged")
        ? "created, deleted and purged"
        : "created and deleted";
  if (how.state === "waiting" && temporarySecret === "not created") return null;
  const failureCode = how.state === "succeeded" ? null : how.code;
  return {
    workspaceId,
    actor: systemActor,
    action: "sync.validated",
    entity: { id: syncId, name },
    projectId,
    environmentId,
    syncId,
    fields: { validationId, state: how.state, failureCode, attempts, temporarySecret },
  };
}
