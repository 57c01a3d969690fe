import { z } from "zod";
import { failureSchema } from "./failure.ts";
import { recordStates } from "./records.ts";
import { runSchema } from "./runs.ts";
import { validationSchema } from "./validations.ts";
import { existingPolicySchema, idText, namePolicySchema, timestampSchema } from "./values.ts";

export const syncStates = [
  "awaiting_azure",
  "awaiting_environment",
  "validating",
  "active",
  "paused",
  "failing",
  "disconnecting",
  "disconnected",
] as const;
export const removalPolicySchema = z.enum(["delete", "keep"]);
export const driftPolicySchema = z.enum(["repair", "report"]);
export const firstPlanSchema = z.enum(["apply", "ask"]);

/** How many records are in each state. */
export const recordCountsSchema = z.record(z.enum(recordStates), z.int().min(0));

export const syncShape = {
  id: idText,
  syncConfigId: idText.meta({ description: "The id again, as Enkryptify calls it." }),
  provider: z.literal("azure-key-vault"),
  name: z.string(),
  projectId: idText,
  environmentId: idText.nullable(),
  state: z.enum(syncStates),
  failure: failureSchema.nullable().meta({ description: "Why the sync as a whole is failing." }),
  failingSince: timestampSchema.nullable(),
  tenantId: idText.nullable(),
  clientId: idText.nullable(),
  vaultUrl: z.string().nullable(),
  prefix: z.string(),
  namePolicy: namePolicySchema,
  removalPolicy: removalPolicySchema,
  driftPolicy: driftPolicySchema,
  existingPolicy: existingPolicySchema,
  removalBrakePercent: z.int().min(1).max(100),
  firstPlan: firstPlanSchema,
  vaultWritesPer10s: z.int().min(1).nullable(),
  vaultReadsPer10s: z.int().min(1).nullable(),
  vaultSeenAt: timestampSchema.nullable(),
  vaultSecretCount: z.int().min(0).nullable(),
  awaitsApproval: z.boolean().meta({ description: "Whether a plan waits for approval." }),
  schedule: z.object({ cron: z.string(), timeZone: z.string() }).nullable(),
  nextScheduledAt: timestampSchema.nullable(),
  retryAt: timestampSchema.nullable(),
  upToDate: z.boolean().meta({ description: "Whether nothing is wanted that no run has done yet." }),
  createdAt: timestampSchema,
  connectedAt: timestampSchema.nullable(),
  activatedAt: timestampSchema.nullable(),
  lastRun: runSchema.optional(),
  records: recordCountsSchema.optional(),
  latestValidation: validationSchema.optional(),
};

/** A sync as every operation shows it. */
export const syncSchema = z
  .object(syncShape)
  .meta({ id: "Sync", description: "One connection of an environment with one Key Vault." });
export type SyncBody = z.infer<typeof syncSchema>;
