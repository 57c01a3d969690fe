import { auditOperations } from "./audit.ts";
import { identityOperations } from "./identity.ts";
import { nameOperations } from "./names.ts";
import type { Operation } from "./operation.ts";
import { planOperations } from "./plans.ts";
import { recordOperations } from "./records.ts";
import { runOperations } from "./runs.ts";
import { secretOperations } from "./secrets.ts";
import { sessionOperations } from "./session.ts";
import { setUpOperations } from "./set-up.ts";
import { syncAuditOperations } from "./sync-audit.ts";
import { syncOperations } from "./syncs.ts";
import { systemOperations } from "./system.ts";
import { tokenOperations } from "./tokens.ts";
import { validationOperations } from "./validations.ts";
import { workspaceOperations } from "./workspaces.ts";

/** Every operation of the API, by its id. */
export const catalogue = {
  ...identityOperations,
  ...sessionOperations,
  ...workspaceOperations,
  ...secretOperations,
  ...tokenOperations,
  ...syncOperations,
  ...setUpOperations,
  ...validationOperations,
  ...planOperations,
  ...runOperations,
  ...recordOperations,
  ...nameOperations,
  ...syncAuditOperations,
  ...auditOperations,
  ...systemOperations,
} as const;

export const allOperations: readonly Operation[] = Object.values(catalogue);
