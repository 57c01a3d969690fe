import { createHmac, randomBytes } from "node:crypto";
import type { KeyEncryptionKey } from "./key-encryption-key.ts";

const SECRET_BYTES = 32;
const wrapContext = (endpointId: string): string => `webhook:${endpointId}`;

/** What a webhook's deliveries are signed with, in the form that a receiver is given: `whsec_…` with base64. */
export type WebhookSecret = `whsec_${string}`;

/** A new secret. @returns its form for the receiver, and the one to be stored */
export async function createWebhookSecret(
  keyEncryptionKey: KeyEncryptionKey,
  endpointId: string,
): Promise<{ secret: WebhookSecret; wrapped: Uint8Array<ArrayBuffer> }> {
  const bytes = randomBytes(SECRET_BYTES);
  return {
    secret: `whsec_${bytes.toString("base64")}`,
    wrapped: await keyEncryptionKey.wrap(bytes, wrapContext(endpointId)),
  };
}

/** The bytes to sign with. @throws {SealError} when it was altered, or wrapped by another key or for another webhook */
export async function unwrapWebhookSecret(
  keyEncryptionKey: KeyEncryptionKey,
  endpointId: string,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  return keyEncryptionKey.unwrap(wrapped, wrapContext(endpointId));
}

/**
 * The headers of a delivery after the Standard Webhooks scheme: HMAC-SHA256 over id, time and body, by each of the
 * secrets, so that a receiver may know any of them.
 *
 * @param id without a full stop
 * @param at when it is sent: receivers refuse what is old
 */
export function signWebhook(
  secrets: readonly Uint8Array[],
  message: Readonly<{ id: string; at: Date; body: string }>,
): Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string> {
  const { id, at, body } = message;
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const digest = createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64");
    return `v1,${digest}`;
  });
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures.join(" ") };
}
