import { z } from "zod";
import { failureSchema, ownedBySchema } from "./failure.ts";
import { operations } from "./operation.ts";
import { syncSchema } from "./sync-body.ts";
import {
  existingPolicySchema,
  idParam,
  idText,
  listOf,
  namePolicySchema,
  nextCursorSchema,
  nothingSchema,
  pageShape,
  prefixSchema,
  timestampSchema,
} from "./values.ts";

/** What becomes of a secret in a plan. */
export const actionKinds = [
  "create",
  "update",
  "adopt",
  "recover",
  "rewrite",
  "keep",
  "wait",
  "blocked",
  "delete",
  "hold",
  "forget",
] as const;
export const planStates = [
  "queued",
  "ready",
  "failed",
  "awaiting_approval",
  "approved",
  "superseded",
] as const;
/** What a plan asks to be approved: the first one of a sync, or many removals. */
export const planQuestions = ["first-plan", "removals"] as const;
export type PlanQuestion = (typeof planQuestions)[number];

/** How many actions of each kind a plan has. */
export const planCountsSchema = z
  .record(z.enum(actionKinds), z.int().min(0))
  .meta({ id: "PlanCounts", description: "How many actions of each kind there are." });
export type PlanCounts = z.infer<typeof planCountsSchema>;

const limit = z.coerce.number().int().min(1).max(1_000).default(200);

/** `GET /v1/sync/{id}/plan`: settings to try out instead of the sync's own. */
export const previewSchema = z.strictObject({
  look: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true")
    .meta({
      description: "Whether the vault is listed for it; without, the plan goes by the records alone.",
    }),
  prefix: prefixSchema.optional(),
  namePolicy: namePolicySchema.optional(),
  removalPolicy: z.enum(["delete", "keep"]).optional(),
  driftPolicy: z.enum(["repair", "report"]).optional(),
  existingPolicy: existingPolicySchema.optional(),
  limit,
});

export const planParamsSchema = z.strictObject({ syncId: idParam("sync"), planId: idParam("plan") });

/** `GET /v1/sync/{id}/plans/{planId}` */
export const planQuerySchema = z.strictObject({
  ...pageShape,
  limit,
  cursor: z.coerce.number().int().min(0).max(10_000_000).optional(),
  kind: listOf(actionKinds).optional(),
  search: z.string().min(1).max(255).optional().meta({
    description: "A part of the secret's name, or of its name in the vault.",
  }),
});

/** What a run would do with one secret. */
const planActionSchema = z
  .object({
    kind: z.enum(actionKinds),
    secretId: idText,
    secretName: z.string(),
    vaultName: z.string().nullable(),
    reason: z.string().nullable(),
    failure: failureSchema.nullable(),
    ownedBy: ownedBySchema,
    adoptable: z.boolean().meta({
      description: "Whether it fails because of what the vault holds, which it may be allowed to take over.",
    }),
  })
  .meta({ id: "PlanAction" });

/** A plan, with a page of its actions. */
export const planSchema = z
  .object({
    id: idText,
    state: z.enum(planStates),
    asks: z.enum(planQuestions).nullable().meta({ description: "What waits for approval." }),
    generation: z.int().nullable(),
    overrides: z
      .record(z.string(), z.union([z.string(), z.boolean()]))
      .meta({ description: "The settings that were tried out instead of the sync's own." }),
    counts: planCountsSchema.nullable(),
    vaultSecretCount: z.int().min(0).nullable(),
    failure: failureSchema.nullable(),
    createdAt: timestampSchema,
    computedAt: timestampSchema.nullable(),
    approvedAt: timestampSchema.nullable(),
    actions: z.array(planActionSchema),
    nextCursor: nextCursorSchema,
  })
  .meta({ id: "Plan", description: "What a run would do." });
export type PlanActionBody = z.infer<typeof planActionSchema>;
export type PlanBody = z.infer<typeof planSchema>;

export const planOperations = operations({
  previewPlan: {
    method: "GET",
    path: "/v1/sync/{syncId}/plan",
    tag: "Plans",
    summary: "What a run would do now, or with other settings, without doing it",
    description:
      "Waits up to 25 seconds until a worker has worked it out. After that it answers 202, and the plan can be fetched under the address in `Location`.",
    access: "admin",
    params: z.strictObject({ syncId: idParam("sync") }),
    query: previewSchema,
    answers: {
      200: { description: "The plan.", body: planSchema },
      202: {
        description: "It takes longer: look again under `Location`.",
        body: z.object({ id: idText, state: z.literal("queued") }).meta({ id: "PlanQueued" }),
        headers: { location: z.string().meta({ description: "Where the plan will be." }) },
      },
    },
    problems: { 404: ["SYNC_NOT_FOUND"], 409: ["SYNC_STATE"] },
  },
  getPlan: {
    method: "GET",
    path: "/v1/sync/{syncId}/plans/{planId}",
    tag: "Plans",
    summary: "A plan, with a page of its actions",
    access: "admin",
    params: planParamsSchema,
    query: planQuerySchema,
    answers: { 200: { description: "The plan.", body: planSchema } },
    problems: { 404: ["SYNC_NOT_FOUND", "PLAN_NOT_FOUND"] },
  },
  approvePlan: {
    method: "POST",
    path: "/v1/sync/{syncId}/plans/{planId}/approve",
    tag: "Plans",
    summary: "Approves the plan that waits for it",
    access: "admin",
    params: planParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 202: { description: "Approved; a run applies it.", body: syncSchema } },
    problems: {
      404: ["SYNC_NOT_FOUND", "PLAN_NOT_FOUND"],
      409: ["SYNC_STATE", "PLAN_NOT_AWAITING"],
    },
  },
});
