import { z } from "zod";
import { deliveryProblems, type DeliveryProblemCode } from "../webhooks/delivery-problems.ts";
import { WEBHOOK_TEST, webhookEventTypes } from "../webhooks/events.ts";
import { operations } from "./operation.ts";
import {
  idParam,
  idText,
  listOf,
  nextCursorSchema,
  nothingSchema,
  pageShape,
  successSchema,
  timestampSchema,
  workspaceParams,
} from "./values.ts";

/** How many webhooks a workspace has at most. */
export const MAX_WEBHOOKS = 20;

export const webhookEventSchema = z.enum(webhookEventTypes).meta({ id: "WebhookEvent" });
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

/** What control goes on to check: which addresses may be called depends on its settings. */
const webhookUrlSchema = z
  .string()
  .trim()
  .max(2_000)
  .pipe(z.url({ protocol: /^https?$/, error: "must be an https address" }))
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === "" && url.password === "";
  }, "must have no user or password")
  .refine((text) => URL.parse(text)?.hash === "", "must have no fragment");

const wish = {
  url: webhookUrlSchema.meta({ description: "Where events are sent: an https address." }),
  description: z.string().trim().max(200).meta({ description: "For people: what it is for." }),
  events: z
    .array(webhookEventSchema)
    .min(1, { error: "must name an event" })
    .max(20)
    .transform((events) => [...new Set(events)])
    .meta({ description: "What it is told." }),
  enabled: z.boolean(),
};

export const webhookInputSchema = z.strictObject({
  ...wish,
  description: wish.description.default(""),
  enabled: wish.enabled.default(true),
});
export const webhookChangeSchema = z.strictObject(wish).partial();

export const deliveryStates = ["pending", "delivered", "failed"] as const;
const deliveryStateSchema = z.enum(deliveryStates).meta({
  description: "`pending` is on its way or waits for its next attempt; `failed` isn't tried again by itself.",
});

export const webhookSchema = z
  .object({
    id: idText,
    url: z.string(),
    description: z.string(),
    events: z.array(webhookEventSchema),
    enabled: z.boolean(),
    disabled: z
      .object({
        reason: z.enum(["by-hand", "gone", "failing"]),
        at: timestampSchema.nullable(),
        message: z.string(),
      })
      .nullable()
      .meta({
        description: "Why it is off: somebody did it, the receiver answered 410, or failed for days.",
      }),
    failingSince: timestampSchema
      .nullable()
      .meta({ description: "Since when no attempt was taken; null after one that was." }),
    previousSecretUntil: timestampSchema
      .nullable()
      .meta({ description: "Until when the secret before the last rotation signs, too." }),
    lastDelivery: z.object({ at: timestampSchema, state: deliveryStateSchema }).nullable(),
    createdAt: timestampSchema,
  })
  .meta({ id: "Webhook" });
export type WebhookBody = z.infer<typeof webhookSchema>;

export const newWebhookSchema = webhookSchema
  .extend({
    secret: z.string().meta({
      description: "What its deliveries are signed with. Shown here alone.",
      example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }),
  })
  .meta({ id: "NewWebhook" });
export type NewWebhookBody = z.infer<typeof newWebhookSchema>;

const problemCodes = Object.keys(deliveryProblems) as [DeliveryProblemCode, ...DeliveryProblemCode[]];

const problemShape = z
  .object({ code: z.enum(problemCodes), message: z.string(), hint: z.string() })
  .meta({ id: "DeliveryProblem", description: "Why an attempt failed, and what to do about it." });

const outcomeShape = {
  responseStatus: z.int().nullable().meta({ description: "The answer's status; null where there was none." }),
  problem: problemShape.nullable(),
};

export const deliverySchema = z
  .object({
    id: idText,
    messageId: z.string().meta({ description: "Its `webhook-id`: the same at each attempt." }),
    event: z.enum([...webhookEventTypes, WEBHOOK_TEST]),
    state: deliveryStateSchema,
    attempts: z.int().min(0),
    nextAttemptAt: timestampSchema.nullable(),
    ...outcomeShape,
    createdAt: timestampSchema,
  })
  .meta({ id: "Delivery", description: "One event on its way to one webhook." });
export type DeliveryBody = z.infer<typeof deliverySchema>;

export const deliveryLogSchema = deliverySchema
  .extend({
    payload: z.string().meta({ description: "The body, as it is sent." }),
    log: z.array(
      z.object({
        number: z.int().min(1),
        startedAt: timestampSchema,
        durationMs: z.int().min(0).nullable(),
        ...outcomeShape,
        nextAttemptAt: timestampSchema.nullable(),
      }),
    ),
  })
  .meta({ id: "DeliveryLog" });
export type DeliveryLogBody = z.infer<typeof deliveryLogSchema>;

export const webhookParamsSchema = workspaceParams.extend({ webhookId: idParam("webhook") });
export const deliveryParamsSchema = webhookParamsSchema.extend({ deliveryId: idParam("delivery") });
export const deliveriesQuerySchema = z.strictObject({
  ...pageShape,
  state: listOf(deliveryStates).optional(),
});

const TAG = "Webhooks";
const LIST = "/v1/workspace/{workspace}/webhooks";
const ONE = `${LIST}/{webhookId}` as const;
const problems = { 404: ["WEBHOOK_NOT_FOUND"] } as const;
const example = {
  url: "https://hooks.example.com/kvsync",
  description: "The team's chat",
  events: ["sync.run.failed", "sync.recovered"],
};

export const webhookOperations = operations({
  listWebhooks: {
    method: "GET",
    path: LIST,
    tag: TAG,
    summary: "The webhooks of a workspace, oldest first",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "The webhooks, without their secrets.", body: z.array(webhookSchema) } },
  },
  createWebhook: {
    method: "POST",
    path: LIST,
    tag: TAG,
    summary: "Creates a webhook",
    description:
      "Deliveries are signed by the Standard Webhooks scheme, and tried for about a day. docs/webhooks.md has all about it.",
    access: "admin",
    params: workspaceParams,
    body: webhookInputSchema,
    example,
    answers: {
      201: { description: "The webhook with its secret, which isn't shown again.", body: newWebhookSchema },
    },
    problems: { 409: ["WEBHOOK_LIMIT"] },
  },
  getWebhook: {
    method: "GET",
    path: ONE,
    tag: TAG,
    summary: "One webhook",
    access: "admin",
    params: webhookParamsSchema,
    answers: { 200: { description: "The webhook.", body: webhookSchema } },
    problems,
  },
  changeWebhook: {
    method: "PATCH",
    path: ONE,
    tag: TAG,
    summary: "Changes a webhook, or switches it on or off",
    description: "What is on its way to one that is switched off is given up.",
    access: "admin",
    params: webhookParamsSchema,
    body: webhookChangeSchema,
    example: { ...example, enabled: true },
    answers: { 200: { description: "The webhook.", body: webhookSchema } },
    problems,
  },
  deleteWebhook: {
    method: "DELETE",
    path: ONE,
    tag: TAG,
    summary: "Deletes a webhook with its deliveries",
    access: "admin",
    params: webhookParamsSchema,
    answers: { 200: { description: "Deleted.", body: successSchema } },
    problems,
  },
  rotateWebhookSecret: {
    method: "POST",
    path: `${ONE}/rotate-secret`,
    tag: TAG,
    summary: "Gives a webhook another secret; for 24 hours, the one before signs too",
    description:
      "A secret before the one before signs no more, so rotate twice to get rid of one that leaked.",
    access: "admin",
    params: webhookParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 200: { description: "The webhook with its new secret.", body: newWebhookSchema } },
    problems,
  },
  testWebhook: {
    method: "POST",
    path: `${ONE}/test`,
    tag: TAG,
    summary: "Sends an event that says that it is a test",
    access: "admin",
    params: webhookParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 202: { description: "Its delivery, on its way.", body: deliverySchema } },
    problems: { ...problems, 409: ["WEBHOOK_OFF"] },
  },
  listDeliveries: {
    method: "GET",
    path: `${ONE}/deliveries`,
    tag: TAG,
    summary: "What was and is to be delivered, newest first",
    description: "Deliveries are kept for 30 days.",
    access: "admin",
    params: webhookParamsSchema,
    query: deliveriesQuerySchema,
    answers: {
      200: {
        description: "A page of deliveries.",
        body: z
          .object({ deliveries: z.array(deliverySchema), nextCursor: nextCursorSchema })
          .meta({ id: "DeliveryPage" }),
      },
    },
    problems: { ...problems, 400: ["CURSOR_INVALID"] },
  },
  getDelivery: {
    method: "GET",
    path: `${ONE}/deliveries/{deliveryId}`,
    tag: TAG,
    summary: "One delivery with its body and each attempt",
    access: "admin",
    params: deliveryParamsSchema,
    answers: { 200: { description: "The delivery.", body: deliveryLogSchema } },
    problems: { 404: ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND"] },
  },
  redeliver: {
    method: "POST",
    path: `${ONE}/deliveries/{deliveryId}/redeliver`,
    tag: TAG,
    summary: "Sends a delivery again, at once",
    description: "With the same body and `webhook-id`, whether it was taken or not.",
    access: "admin",
    params: deliveryParamsSchema,
    body: nothingSchema,
    example: {},
    answers: { 202: { description: "The delivery, on its way.", body: deliverySchema } },
    problems: { 404: ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND"], 409: ["WEBHOOK_OFF"] },
  },
});
