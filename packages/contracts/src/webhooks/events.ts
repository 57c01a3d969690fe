import type { FailureCode } from "../failures/table.ts";

/** What a webhook can be told, as it is named on the wire. Names are never changed. */
export const webhookEventTypes = [
  "sync.run.failed",
  "sync.recovered",
  "sync.drift.found",
  "signing_key.rotated",
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

/** Sent when somebody asks for a test. Every webhook gets it, whatever it chose. */
export const WEBHOOK_TEST = "webhook.test";

type Named = Readonly<{ id: string; name: string }>;

/** Whose run it was. */
export type WebhookPlace = Readonly<{
  sync: Named;
  project: Named & Readonly<{ slug: string }>;
  environment: Named | null;
  run: Readonly<{ id: string }>;
}>;

/** Secrets that fail for one reason. Which they are isn't told. */
export type FailingSecrets = Readonly<{ code: FailureCode; secrets: number }>;

/** What each event tells. It never holds a secret's value, nor a secret's name. `message` and `hint` are for people. */
export type WebhookData = Readonly<{
  "sync.run.failed": WebhookPlace &
    Readonly<{
      code: FailureCode;
      message: string;
      hint: string;
      /** Since when the sync is failing. */
      since: string;
      failing: readonly FailingSecrets[];
    }>;
  "sync.recovered": WebhookPlace & Readonly<{ message: string; since: string; codes: readonly string[] }>;
  "sync.drift.found": WebhookPlace &
    Readonly<{ message: string; hint: string; repaired: number; changed: number; missing: number }>;
  "signing_key.rotated": Readonly<{
    message: string;
    hint: string;
    signingKey: Readonly<{ kid: string; previousKid: string }>;
  }>;
  [WEBHOOK_TEST]: Readonly<{ message: string }>;
}>;

/** An event to be told. `path` is that of the dashboard's page about it. */
export type WebhookHappening = {
  [Type in keyof WebhookData]: Readonly<{ type: Type; path: string; data: WebhookData[Type] }>;
}[keyof WebhookData];

/** An event as it is kept. */
export type KeptWebhookEvent = Readonly<{
  id: string;
  type: string;
  path: string;
  data: unknown;
  createdAt: Date;
}>;

/** `webhook-id`: the same at each attempt, so that a receiver can tell what it has had already. */
export const webhookMessageId = ({ id }: Pick<KeptWebhookEvent, "id">): string => `msg_${id}`;

/**
 * The body of a delivery: byte for byte the same at each attempt.
 *
 * @param issuer the installation's public address
 */
export function webhookBody({ type, path, data, createdAt }: KeptWebhookEvent, issuer: string): string {
  const link = `${issuer}${path}`;
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data: { ...(data as object), link } });
}
