import { webhookBody, webhookMessageId } from "@kvsync/contracts";
import { SealError, signWebhook, unwrapWebhookSecret, type KeyEncryptionKey } from "@kvsync/keys";
import type { CallPolicy, Resolve } from "@kvsync/outbound";
import type { Logger } from "@kvsync/runtime";
import {
  claimDelivery,
  endAttempt,
  type AttemptEnd,
  type ClaimedDelivery,
  type Database,
} from "@kvsync/store";
import { defaultSchedule, nextAttemptIn, type DeliverySchedule } from "./schedule.ts";
import { send, type Sent } from "./send.ts";

/** How webhooks are delivered. Times are in milliseconds. */
export type DeliveryPolicy = Readonly<{
  schedule: DeliverySchedule;
  /** How long a receiver may take to answer. */
  timeoutMs: number;
  /** After how long an attempt whose worker died is given up: more than it may take. */
  claimMs: number;
  /** After how long without any success a webhook is switched off. */
  disableAfterMs: number;
}>;

export const defaultDeliveryPolicy: DeliveryPolicy = {
  schedule: defaultSchedule,
  timeoutMs: 15_000,
  claimMs: 45_000,
  disableAfterMs: 5 * 86_400_000,
};

export type DeliveryDependencies = Readonly<{
  database: Database;
  keyEncryptionKey: KeyEncryptionKey;
  /** The installation's public address, where its dashboard is. */
  issuer: string;
  callPolicy: CallPolicy;
  deliveryPolicy: DeliveryPolicy;
  resolve?: Resolve | undefined;
  logger: Logger;
}>;

export type DeliveryOutcome =
  /** It isn't due, or another worker sends it. */
  | { readonly kind: "nothing" }
  | { readonly kind: "taken" }
  | { readonly kind: "again"; readonly inMs: number; readonly problem: string }
  | { readonly kind: "given up"; readonly problem: string };

/**
 * Makes one attempt at a delivery and notes how it ended. A worker that dies in between leaves a claim that ends by
 * itself: then it is sent again, with the same `webhook-id`.
 *
 * @param stop aborted when the worker stops
 */
export async function deliver(
  dependencies: DeliveryDependencies,
  deliveryId: string,
  stop: AbortSignal,
): Promise<DeliveryOutcome> {
  const { database, deliveryPolicy, logger } = dependencies;
  const { schedule, claimMs, disableAfterMs } = deliveryPolicy;
  const claimed = await claimDelivery(database, deliveryId, claimMs);
  if (claimed === null) return { kind: "nothing" };
  const began = performance.now();
  const sent = claimed.endpoint.enabled ? await attempt(dependencies, claimed, stop) : switchedOff;
  const { problem, status, askedMs } = sent;
  const nextInMs = nextOf(sent, () => nextAttemptIn(schedule, claimed.tries, Math.random(), askedMs));
  const end = {
    durationMs: Math.round(performance.now() - began),
    responseStatus: status,
    problemCode: problem,
    nextInMs,
    receiver: receiverOf(problem),
  };
  const disabled = await endAttempt(database, claimed, end, disableAfterMs);
  const webhookId = claimed.endpoint.id;
  if (disabled !== null) logger.warn({ webhookId, reason: disabled }, "a webhook was switched off");
  if (problem === null) return { kind: "taken" };
  if (nextInMs === null || disabled !== null) return { kind: "given up", problem };
  return { kind: "again", inMs: nextInMs, problem };
}

const switchedOff: Sent = { status: null, problem: "SWITCHED_OFF", askedMs: null };

function nextOf({ problem }: Sent, usual: () => number | null): number | null {
  if (problem === null || problem === "GONE" || problem === "SWITCHED_OFF") return null;
  // It wasn't the receiver's fault, and another worker can send it at once.
  return problem === "INTERRUPTED" ? 0 : usual();
}

function receiverOf(problem: Sent["problem"]): AttemptEnd["receiver"] {
  if (problem === null) return "well";
  if (problem === "GONE") return "gone";
  return ["INTERRUPTED", "SECRET_UNREADABLE", "SWITCHED_OFF"].includes(problem) ? "unknown" : "failing";
}

async function attempt(
  dependencies: DeliveryDependencies,
  { event, endpoint }: ClaimedDelivery,
  stop: AbortSignal,
): Promise<Sent> {
  const { issuer, callPolicy: policy, deliveryPolicy, resolve, logger } = dependencies;
  const body = webhookBody(event, issuer);
  const secrets = await readSecrets(dependencies, endpoint);
  if (secrets === null) {
    logger.error({ webhookId: endpoint.id }, "a webhook's secret can't be read");
    return { status: null, problem: "SECRET_UNREADABLE", askedMs: null };
  }
  const headers = signWebhook(secrets, { id: webhookMessageId(event), at: new Date(), body });
  const { timeoutMs } = deliveryPolicy;
  return send(endpoint.url, { headers, body }, { policy, timeoutMs, stop, resolve });
}

/** The secret and, for a while after a rotation, the one before. Null when one can't be read. */
async function readSecrets(
  { keyEncryptionKey }: DeliveryDependencies,
  { id, secret, previousSecret, previousUntil }: ClaimedDelivery["endpoint"],
): Promise<Uint8Array[] | null> {
  const signsToo = previousUntil !== null && previousUntil > new Date();
  const wrapped = [secret, ...(signsToo && previousSecret !== null ? [previousSecret] : [])];
  try {
    return await Promise.all(wrapped.map((one) => unwrapWebhookSecret(keyEncryptionKey, id, one)));
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
