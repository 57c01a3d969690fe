import { auditOperations } from "./audit.ts";
import { historyOperations } from "./history.ts";
import { identityOperations } from "./identity.ts";
import { liveOperations } from "./live.ts";
import { deviceOperations } from "./device.ts";
import { invitationOperations } from "./invitations.ts";
import { memberOperations } from "./members.ts";
import { nameOperations } from "./names.ts";
import type { Operation } from "./operation.ts";
import { overviewOperations } from "./overview.ts";
import { planOperations } from "./plans.ts";
import { recordOperations } from "./records.ts";
import { runOperations } from "./runs.ts";
import { secretBatchOperations } from "./secret-batches.ts";
import { scheduleOperations } from "./schedules.ts";
import { secretOperations } from "./secrets.ts";
import { sessionOperations } from "./session.ts";
import { setUpOperations } from "./set-up.ts";
import { singleSignOnOperations } from "./single-sign-on.ts";
import { syncAuditOperations } from "./sync-audit.ts";
import { syncOperations } from "./syncs.ts";
import { systemOperations } from "./system.ts";
import { tokenOperations } from "./tokens.ts";
import { validationOperations } from "./validations.ts";
import { webhookOperations } from "./webhooks.ts";
import { workspaceOperations } from "./workspaces.ts";

/** Every operation of the API, by its id. */
export const catalogue = {
  ...identityOperations,
  ...sessionOperations,
  ...deviceOperations,
  ...memberOperations,
  ...invitationOperations,
  ...singleSignOnOperations,
  ...workspaceOperations,
  ...secretOperations,
  ...secretBatchOperations,
  ...tokenOperations,
  ...auditOperations,
  ...webhookOperations,
  ...overviewOperations,
  ...scheduleOperations,
  ...syncOperations,
  ...setUpOperations,
  ...validationOperations,
  ...planOperations,
  ...runOperations,
  ...liveOperations,
  ...historyOperations,
  ...recordOperations,
  ...nameOperations,
  ...syncAuditOperations,
  ...systemOperations,
} as const;

export const allOperations: readonly Operation[] = Object.values(catalogue);
