import type { DeliveryProblemCode } from "@kvsync/contracts";
import type { Database, Queryable } from "./database.ts";
import type { WebhookEndpoint, WebhookEvent } from "./generated/client.ts";
import { giveUpDeliveries } from "./webhook-endpoints.ts";

/** An attempt that a worker may make now: a delivery's claim. */
export type ClaimedDelivery = Readonly<{
  deliveryId: string;
  /** The attempt's number in the log. */
  number: number;
  /** How many attempts there were since the delivery was last asked for, this one included. */
  tries: number;
  event: WebhookEvent;
  endpoint: WebhookEndpoint;
}>;

/** A job may come a little before its time, as Redis and PostgreSQL have clocks of their own. */
const EARLY = "1 second";

/**
 * Claims a delivery for one attempt and notes that it begins. An attempt before it that never ended is noted as
 * interrupted. Time is the database's.
 *
 * @param claimMs after how long the claim ends by itself, in milliseconds
 * @returns null when it isn't due, or another worker sends it
 */
export async function claimDelivery(
  database: Database,
  deliveryId: string,
  claimMs: number,
): Promise<ClaimedDelivery | null> {
  const rows = await database.$queryRaw<
    Array<{ number: number; tries: number; eventId: string; endpointId: string }>
  >`
    WITH taken AS (
      UPDATE "WebhookDelivery" SET "attempts" = "attempts" + 1, "tries" = "tries" + 1,
        "claimedUntil" = now() + ${claimMs} * interval '1 millisecond'
      WHERE "id" = ${deliveryId}::uuid AND "state" = 'pending' AND "nextAttemptAt" <= now() + ${EARLY}::interval
        AND ("claimedUntil" IS NULL OR "claimedUntil" <= now())
      RETURNING "id", "attempts", "tries", "eventId", "endpointId"
    ), left_open AS (
      UPDATE "WebhookAttempt" a SET "problemCode" = 'INTERRUPTED', "nextAttemptAt" = now()
      FROM taken WHERE a."deliveryId" = taken."id" AND a."durationMs" IS NULL AND a."problemCode" IS NULL
    ), begun AS (
      INSERT INTO "WebhookAttempt" ("deliveryId", "number", "startedAt")
      SELECT "id", "attempts", now() FROM taken
    )
    SELECT "attempts" AS "number", "tries", "eventId", "endpointId" FROM taken`;
  const [row] = rows;
  if (row === undefined) return null;
  const { number, tries, eventId, endpointId } = row;
  const [event, endpoint] = await Promise.all([
    database.webhookEvent.findUnique({ where: { id: eventId } }),
    database.webhookEndpoint.findUnique({ where: { id: endpointId } }),
  ]);
  // Deleted meanwhile, with the delivery.
  if (event === null || endpoint === null) return null;
  return { deliveryId, number, tries, event, endpoint };
}

/** How an attempt ended. */
export type AttemptEnd = Readonly<{
  durationMs: number;
  responseStatus: number | null;
  /** Why it failed; null when the delivery was taken. */
  problemCode: DeliveryProblemCode | null;
  /** In how many milliseconds it is tried again, or null when that was the last attempt. */
  nextInMs: number | null;
  /** What it tells about the receiver: `gone` takes nothing any more. */
  receiver: "well" | "failing" | "gone" | "unknown";
}>;

/**
 * Notes how an attempt ended, and what follows for delivery and webhook. Where another worker has claimed the delivery
 * meanwhile, the log alone learns of it.
 *
 * @param disableAfterMs after how long (ms) without any success a webhook is switched off
 * @returns whether this attempt switched the webhook off, and why
 */
export async function endAttempt(
  database: Database,
  { deliveryId, number, endpoint }: Pick<ClaimedDelivery, "deliveryId" | "number" | "endpoint">,
  end: AttemptEnd,
  disableAfterMs: number,
): Promise<"gone" | "failing" | null> {
  return database.$transaction(async (transaction) => {
    const { responseStatus, problemCode, nextInMs } = end;
    // Switched off and changed under a lock, taken in the same order by everybody.
    const failing = await noteHealth(transaction, endpoint, end, disableAfterMs);
    const state = problemCode === null ? "delivered" : nextInMs === null ? "failed" : "pending";
    await transaction.$executeRaw`
      WITH logged AS (
        UPDATE "WebhookAttempt" SET "durationMs" = ${end.durationMs}, "responseStatus" = ${responseStatus}::int,
          "problemCode" = ${problemCode}::text,
          "nextAttemptAt" = now() + ${nextInMs}::float8 * interval '1 millisecond'
        WHERE "deliveryId" = ${deliveryId}::uuid AND "number" = ${number}
      )
      UPDATE "WebhookDelivery" SET "state" = ${state}, "responseStatus" = ${responseStatus}::int,
        "problemCode" = ${problemCode}::text, "claimedUntil" = NULL,
        "nextAttemptAt" = now() + ${nextInMs}::float8 * interval '1 millisecond'
      WHERE "id" = ${deliveryId}::uuid AND "attempts" = ${number} AND "state" = 'pending'`;
    if (failing !== null) await giveUpDeliveries(transaction, endpoint.id);
    return failing;
  });
}

/** Keeps since when a webhook fails, and switches it off where that is for good. */
async function noteHealth(
  transaction: Queryable,
  { id, url }: Pick<WebhookEndpoint, "id" | "url">,
  { receiver }: AttemptEnd,
  disableAfterMs: number,
): Promise<"gone" | "failing" | null> {
  if (receiver === "unknown") return null;
  if (receiver === "well") {
    await transaction.$executeRaw`
      UPDATE "WebhookEndpoint" SET "failingSince" = NULL WHERE "id" = ${id}::uuid AND "failingSince" IS NOT NULL`;
    return null;
  }
  // What an address answered that was changed meanwhile says nothing about the new one.
  const rows = await transaction.$queryRaw<Array<{ reason: "gone" | "failing" | null }>>`
    WITH failed AS (
      SELECT "id", CASE WHEN ${receiver === "gone"} THEN 'gone'
        WHEN "failingSince" <= now() - ${disableAfterMs} * interval '1 millisecond' THEN 'failing' END AS "reason"
      FROM "WebhookEndpoint" WHERE "id" = ${id}::uuid AND "url" = ${url} AND "enabled" FOR NO KEY UPDATE
    )
    UPDATE "WebhookEndpoint" w SET "failingSince" = COALESCE(w."failingSince", now()),
      "enabled" = failed."reason" IS NULL, "disabledReason" = failed."reason",
      "disabledAt" = CASE WHEN failed."reason" IS NOT NULL THEN now() END
    FROM failed WHERE w."id" = failed."id" RETURNING failed."reason"`;
  return rows[0]?.reason ?? null;
}
