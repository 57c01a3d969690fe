import {
  existingPolicySchema,
  guidSchema,
  idSchema,
  namePolicySchema,
  prefixSchema,
} from "@kvsync/contracts";
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";

const nameSchema = z.string().trim().min(1).max(100);

/** `POST /v1/sync/azure-key-vault/start` */
export const startSchema = z.strictObject({
  /** The project's slug or id. */
  project: z.string().min(1).max(64),
  /** The workspace's slug or id; the token's by default. */
  workspace: z.string().min(1).max(64).optional(),
  name: nameSchema.default("Azure Key Vault"),
});

/** `POST /v1/sync/{id}/connect`. The vault's URL is checked against the cloud by the service. */
export const connectSchema = z.strictObject({
  tenantId: guidSchema,
  clientId: guidSchema,
  vaultUrl: z.string().min(1).max(300),
  prefix: prefixSchema.default(""),
  namePolicy: namePolicySchema.default("strict"),
});

/** `POST /v1/sync/{id}/link` */
export const linkSchema = z.strictObject({
  environmentId: idSchema,
  firstPlan: z.enum(["apply", "ask"]).optional(),
  existingPolicy: existingPolicySchema.optional(),
});

const timeZoneSchema = z
  .string()
  .refine(isTimeZone, { error: "must be an IANA time zone like Europe/Berlin" });
const cronSchema = z
  .string()
  .min(9)
  .max(100)
  .refine((text) => text.trim().split(/\s+/).length === 5 && isCron(text), {
    error: "must be a cron expression with five fields, like 0 3 * * *",
  });

/** `PATCH /v1/sync/{id}` */
export const settingsSchema = z.strictObject({
  name: nameSchema.optional(),
  /** Null switches the schedule off. */
  schedule: z
    .strictObject({ cron: cronSchema, timeZone: timeZoneSchema.default("UTC") })
    .nullable()
    .optional(),
  removalPolicy: z.enum(["delete", "keep"]).optional(),
  driftPolicy: z.enum(["repair", "report"]).optional(),
  existingPolicy: existingPolicySchema.optional(),
  /** In percent of what the sync holds in the vault; 100 switches the brake off. */
  removalBrakePercent: z.int().min(1).max(100).optional(),
  firstPlan: z.enum(["apply", "ask"]).optional(),
  /** Null leaves it to the workers' setting. Azure allows 300, to everybody together. */
  vaultWritesPer10s: z.int().min(1).max(300).nullable().optional(),
});

/** Bodies of actions that take nothing: absent or an empty object. */
export const nothingSchema = z.strictObject({}).optional();

export const syncParamsSchema = z.strictObject({ syncId: idSchema });
export const runParamsSchema = z.strictObject({ syncId: idSchema, runId: idSchema });
export const validationParamsSchema = z.strictObject({ syncId: idSchema, validationId: idSchema });

/** How long a page of a list is, and where it goes on. */
export const pageShape = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
};

export const listQuerySchema = z.strictObject({
  project: z.string().min(1).max(64).optional(),
  environmentId: idSchema.optional(),
});

export const runsQuerySchema = z.strictObject(pageShape);

const recordStates = ["pending", "synced", "failed", "blocked", "removing"] as const;

/** `state` may be given several times or as a comma-separated list. */
export const recordsQuerySchema = z.strictObject({
  ...pageShape,
  state: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(",")))
    .pipe(z.array(z.enum(recordStates)).min(1))
    .optional(),
  search: z.string().min(1).max(255).optional(),
});

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function isCron(text: string): boolean {
  try {
    CronExpressionParser.parse(text).next();
    return true;
  } catch {
    return false;
  }
}
