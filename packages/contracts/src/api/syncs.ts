import { z } from "zod";
import { explanationShape } from "./failure.ts";
import { idempotencyHeaders, idempotencyProblems, idempotencyReplayed } from "./idempotency.ts";
import { operations } from "./operation.ts";
import { planCountsSchema, planQuestions } from "./plans.ts";
import { scheduleSchema } from "./schedules.ts";
import {
  driftPolicySchema,
  firstPlanSchema,
  removalPolicySchema,
  syncSchema,
  syncShape,
} from "./sync-body.ts";
import { validationSchema } from "./validations.ts";
import {
  exampleIds,
  exampleSlugs,
  existingPolicySchema,
  guidSchema,
  idParam,
  idSchema,
  idText,
  nameSchema,
  namePolicySchema,
  nothingSchema,
  prefixSchema,
} from "./values.ts";

/** `POST /v1/sync/azure-key-vault/start` */
export const startSchema = z.strictObject({
  project: z.string().min(1).max(64).meta({ description: "The project's slug or id." }),
  workspace: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: "The workspace's slug or id; the caller's by default." }),
  name: nameSchema.default("Azure Key Vault"),
});

/** `POST /v1/sync/{id}/connect`. The vault's URL is checked against the cloud by the service. */
export const connectSchema = z.strictObject({
  tenantId: guidSchema,
  clientId: guidSchema,
  vaultUrl: z.string().min(1).max(300).meta({ example: "https://my-vault.vault.azure.net" }),
  prefix: prefixSchema.default(""),
  namePolicy: namePolicySchema.default("strict"),
});

/** `POST /v1/sync/{id}/link` */
export const linkSchema = z.strictObject({
  environmentId: idSchema,
  firstPlan: firstPlanSchema.optional(),
  existingPolicy: existingPolicySchema.optional(),
});

/** `PATCH /v1/sync/{id}` */
export const settingsSchema = z.strictObject({
  name: nameSchema.optional(),
  schedule: scheduleSchema.nullable().optional().meta({ description: "Null switches the schedule off." }),
  removalPolicy: removalPolicySchema.optional(),
  driftPolicy: driftPolicySchema.optional(),
  existingPolicy: existingPolicySchema.optional(),
  removalBrakePercent: z.int().min(1).max(100).optional().meta({
    description: "In percent of what the sync holds in the vault; 100 switches the brake off.",
  }),
  firstPlan: firstPlanSchema.optional(),
  vaultWritesPer10s: z.int().min(1).max(300).nullable().optional().meta({
    description: "Null leaves it to the workers' setting. Azure allows 300, to everybody together.",
  }),
});

/** `POST /v1/sync/{id}/disconnect` */
export const disconnectSchema = z
  .strictObject({ secrets: z.enum(["leave", "remove"]).default("leave") })
  .optional();

export const listQuerySchema = z.strictObject({
  /** The workspace's slug or id; the only one in reach by default. */
  workspace: z.string().min(1).max(64).optional(),
  project: z.string().min(1).max(64).optional().meta({ description: "A project's slug or id." }),
  environmentId: idSchema.optional(),
});

export const syncParamsSchema = z.strictObject({ syncId: idParam("sync") });

/** What a user copies into Azure to make it trust a sync. */
const guideShape = {
  syncConfigId: idText,
  issuer: z.string(),
  subject: z.string(),
  audience: z.string(),
  credentialName: z.string(),
  snippet: z
    .object({ name: z.string(), issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) })
    .meta({ description: "The federated credential as JSON, as the portal and `az` take it." }),
  role: z
    .object({ name: z.string(), id: idText })
    .meta({ description: "The role that the app registration needs at the vault's scope." }),
  commands: z.object({ az: z.string(), terraform: z.string(), bicep: z.string() }),
  cloud: z
    .object({ name: z.enum(["public", "usgov", "china", "custom"]), vaultSuffix: z.string() })
    .meta({ description: "The cloud that the system works with, and what its vaults' hosts end with." }),
  localAzure: z.boolean().meta({
    description: "Whether a local Azure stands in for Azure, which can be set up by `setUpLocalAzure`.",
  }),
};
export const setupGuideSchema = z.object(guideShape).meta({ id: "SetupGuide" });
export type SetupGuideBody = z.infer<typeof setupGuideSchema>;

/** A secret whose versions grow fast or are many. */
const warningSchema = z
  .object({
    secretId: idText,
    secretName: z.string(),
    vaultName: z.string().nullable(),
    ...explanationShape,
  })
  .meta({ id: "Warning" });
export type WarningBody = z.infer<typeof warningSchema>;

/** One sync, with what is known of it besides. */
export const syncDetailSchema = z
  .object({
    ...syncShape,
    awaiting: z
      .object({ planId: idText, asks: z.enum(planQuestions).nullable(), counts: planCountsSchema.nullable() })
      .nullable()
      .meta({ description: "The plan that waits for approval." }),
    disconnecting: z
      .object({ left: z.int().min(0) })
      .nullable()
      .meta({ description: "How many secrets are still to be removed from the vault." }),
    warnings: z.array(warningSchema).meta({ description: "The worst 50." }),
    warningCount: z.int().min(0),
  })
  .meta({ id: "SyncDetail" });
export type SyncDetailBody = z.infer<typeof syncDetailSchema>;

const validatingSchema = z
  .object({ ...syncShape, validation: validationSchema })
  .meta({ id: "SyncValidating", description: "The sync, and the validation that begins." });

const changes = { 404: ["SYNC_NOT_FOUND"], 409: ["SYNC_STATE"] } as const;

export const syncOperations = operations({
  startSync: {
    method: "POST",
    path: "/v1/sync/azure-key-vault/start",
    tag: "Syncs",
    summary: "Creates a sync",
    description: "Answers with all that Azure must know. Next: connect, then link.",
    access: "admin",
    headers: idempotencyHeaders,
    body: startSchema,
    example: { project: exampleSlugs.project, name: "Production" },
    answers: {
      201: {
        description: "The new sync, and what to enter in Azure.",
        body: z.object({ ...guideShape, sync: syncSchema }).meta({ id: "SyncStarted" }),
        headers: idempotencyReplayed,
      },
    },
    problems: {
      400: ["WORKSPACE_NEEDED"],
      404: ["WORKSPACE_NOT_FOUND", "PROJECT_NOT_FOUND"],
      ...idempotencyProblems,
    },
  },
  listSyncs: {
    method: "GET",
    path: "/v1/sync",
    tag: "Syncs",
    summary: "All syncs of the workspace, oldest first, each with its last run",
    access: "admin",
    query: listQuerySchema,
    answers: { 200: { description: "The syncs that aren't disconnected.", body: z.array(syncSchema) } },
    problems: { 400: ["WORKSPACE_NEEDED"], 404: ["WORKSPACE_NOT_FOUND", "PROJECT_NOT_FOUND"] },
  },
  getSync: {
    method: "GET",
    path: "/v1/sync/{syncId}",
    tag: "Syncs",
    summary: "One sync",
    description: "With its last run, counts of records, what waits for approval, and warnings.",
    access: "admin",
    params: syncParamsSchema,
    answers: { 200: { description: "The sync.", body: syncDetailSchema } },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
  getSyncSetup: {
    method: "GET",
    path: "/v1/sync/{syncId}/setup",
    tag: "Syncs",
    summary: "What to enter in Azure",
    description: "As `start` answered it, with what is known by now filled into the commands.",
    access: "admin",
    params: syncParamsSchema,
    answers: { 200: { description: "Values, snippet and commands.", body: setupGuideSchema } },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
  configureSync: {
    method: "PATCH",
    path: "/v1/sync/{syncId}",
    tag: "Syncs",
    summary: "Changes a sync's settings",
    access: "admin",
    params: syncParamsSchema,
    body: settingsSchema,
    example: { name: "n", schedule: { cron: "0 3 * * *", timeZone: "UTC" }, removalPolicy: "keep" },
    answers: { 200: { description: "The sync as it is now.", body: syncSchema } },
    problems: changes,
  },
  connectSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/connect",
    tag: "Syncs",
    summary: "Enters or changes the Azure side",
    access: "admin",
    params: syncParamsSchema,
    body: connectSchema,
    example: {
      tenantId: "11111111-2222-3333-4444-555555555555",
      clientId: "66666666-7777-8888-9999-aaaaaaaaaaaa",
      vaultUrl: "https://my-vault.vault.azure.net",
      prefix: "p",
      namePolicy: "strict",
    },
    answers: { 200: { description: "The sync as it is now.", body: syncSchema } },
    problems: { 400: ["VAULT_URL_INVALID"], ...changes },
  },
  linkSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/link",
    tag: "Syncs",
    summary: "Links the environment, which begins a validation",
    description: "When the validation succeeds, the sync becomes active and runs.",
    access: "admin",
    params: syncParamsSchema,
    body: linkSchema,
    example: { environmentId: exampleIds.environment },
    answers: { 202: { description: "The validation begins.", body: validatingSchema } },
    problems: { 404: ["SYNC_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], 409: ["SYNC_STATE"] },
  },
  validateSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/validate",
    tag: "Syncs",
    summary: "Validates access again",
    access: "admin",
    params: syncParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 202: { description: "The validation begins.", body: validatingSchema } },
    problems: changes,
  },
  runSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/run",
    tag: "Syncs",
    summary: "Runs the sync now, with a look at the vault",
    access: "admin",
    params: syncParamsSchema,
    headers: idempotencyHeaders,
    body: nothingSchema,
    example: {},
    answers: { 202: { description: "A run will begin.", body: syncSchema, headers: idempotencyReplayed } },
    problems: {
      ...changes,
      ...idempotencyProblems,
      409: [...changes[409], ...idempotencyProblems[409]],
    },
  },
  pauseSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/pause",
    tag: "Syncs",
    summary: "Pauses the sync",
    description: "A run under way stops within about half a second, between two writes.",
    access: "admin",
    params: syncParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 200: { description: "The sync as it is now.", body: syncSchema } },
    problems: changes,
  },
  resumeSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/resume",
    tag: "Syncs",
    summary: "Goes on after a pause, with a run that looks at the vault",
    access: "admin",
    params: syncParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 200: { description: "The sync as it is now.", body: syncSchema } },
    problems: changes,
  },
  disconnectSync: {
    method: "POST",
    path: "/v1/sync/{syncId}/disconnect",
    tag: "Syncs",
    summary: "Ends the sync",
    description: "`remove` also takes what the sync wrote out of the vault, which goes on in the background.",
    access: "admin",
    params: syncParamsSchema,
    body: disconnectSchema,
    example: { secrets: "leave" },
    answers: {
      200: { description: "It has ended.", body: syncSchema },
      202: { description: "It ends when its secrets are removed from the vault.", body: syncSchema },
    },
    problems: changes,
  },
});
