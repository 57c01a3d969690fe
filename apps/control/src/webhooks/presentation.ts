import { explainDelivery, webhookBody, webhookMessageId, type DeliveryProblemCode } from "@kvsync/contracts";
import type { DeliveryBody, DeliveryLogBody, WebhookBody } from "@kvsync/contracts/api";
import type { DeliveryRow, DeliveryState, DeliveryWithLog, WebhookRow } from "@kvsync/store";
import { timestamp } from "../http/timestamp.ts";

const DISABLED = {
  "by-hand": "Somebody switched it off.",
  gone: "The receiver answered with status 410, which says that it takes no more deliveries.",
  failing: "The receiver took nothing for five days.",
} as const;

/** @param last its last delivery, or nothing where there was none */
export function presentWebhook(
  row: WebhookRow,
  last: Readonly<{ state: string; createdAt: Date }> | undefined,
): WebhookBody {
  const { id, url, description, enabled, failingSince, previousUntil, createdAt } = row;
  const signsToo = previousUntil !== null && previousUntil > new Date();
  return {
    id,
    url,
    description,
    events: row.events as WebhookBody["events"],
    enabled,
    disabled: enabled ? null : disabledOf(row),
    failingSince: timestamp(failingSince),
    previousSecretUntil: signsToo ? timestamp(previousUntil) : null,
    lastDelivery:
      last === undefined ? null : { at: timestamp(last.createdAt), state: last.state as DeliveryState },
    createdAt: timestamp(createdAt),
  };
}

function disabledOf({ disabledReason, disabledAt }: WebhookRow): WebhookBody["disabled"] {
  const reason = disabledReason === "gone" || disabledReason === "failing" ? disabledReason : "by-hand";
  return { reason, at: timestamp(disabledAt), message: DISABLED[reason] };
}

export function presentDelivery(row: DeliveryRow): DeliveryBody {
  const { id, event, state, attempts, nextAttemptAt, createdAt } = row;
  return {
    id,
    messageId: webhookMessageId(event),
    event: event.type as DeliveryBody["event"],
    state: state as DeliveryState,
    attempts,
    nextAttemptAt: timestamp(nextAttemptAt),
    ...presentOutcome(row),
    createdAt: timestamp(createdAt),
  };
}

/** @param issuer the installation's public address, which stands in the body */
export function presentDeliveryLog(row: DeliveryWithLog, issuer: string): DeliveryLogBody {
  return {
    ...presentDelivery(row),
    payload: webhookBody(row.event, issuer),
    log: row.log.map((attempt) => ({
      number: attempt.number,
      startedAt: timestamp(attempt.startedAt),
      durationMs: attempt.durationMs,
      ...presentOutcome(attempt),
      nextAttemptAt: timestamp(attempt.nextAttemptAt),
    })),
  };
}

function presentOutcome({
  responseStatus,
  problemCode,
}: Pick<DeliveryRow, "responseStatus" | "problemCode">): Pick<DeliveryBody, "responseStatus" | "problem"> {
  if (problemCode === null) return { responseStatus, problem: null };
  const code = problemCode as DeliveryProblemCode;
  return { responseStatus, problem: { code, ...explainDelivery(code, responseStatus) } };
}
