import type { Queryable } from "./database.ts";
import type { WebhookAttempt, WebhookDelivery, WebhookEvent } from "./generated/client.ts";

export type DeliveryState = "pending" | "delivered" | "failed";
export type DeliveryRow = WebhookDelivery & { readonly event: WebhookEvent };
export type DeliveryWithLog = DeliveryRow & { readonly log: WebhookAttempt[] };

/** One page of the deliveries to a webhook, newest first. */
export async function listDeliveries(
  database: Queryable,
  endpointId: string,
  page: Readonly<{
    limit: number;
    states?: readonly DeliveryState[] | undefined;
    before?: Readonly<{ time: Date; id: string }> | undefined;
  }>,
): Promise<DeliveryRow[]> {
  const { limit, states, before } = page;
  return database.webhookDelivery.findMany({
    where: {
      endpointId,
      ...(states === undefined ? {} : { state: { in: [...states] } }),
      ...(before === undefined
        ? {}
        : {
            OR: [{ createdAt: { lt: before.time } }, { createdAt: before.time, id: { lt: before.id } }],
          }),
    },
    include: { event: true },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit,
  });
}

/** A delivery with its attempts, first to last. */
export async function findDelivery(
  database: Queryable,
  endpointId: string,
  id: string,
): Promise<DeliveryWithLog | null> {
  return database.webhookDelivery.findFirst({
    where: { id, endpointId },
    include: { event: true, log: { orderBy: { number: "asc" } } },
  });
}

/** The last delivery to each of these webhooks. */
export async function latestDeliveries(
  database: Queryable,
  endpointIds: readonly string[],
): Promise<Map<string, Pick<WebhookDelivery, "state" | "createdAt">>> {
  const rows = await database.$queryRaw<Array<Pick<WebhookDelivery, "endpointId" | "state" | "createdAt">>>`
    SELECT d."endpointId", d."state", d."createdAt" FROM unnest(${[...endpointIds]}::uuid[]) AS w(id)
    CROSS JOIN LATERAL (SELECT "endpointId", "state", "createdAt" FROM "WebhookDelivery"
      WHERE "endpointId" = w.id ORDER BY "createdAt" DESC, "id" DESC LIMIT 1) d`;
  return new Map(rows.map((row) => [row.endpointId, row]));
}

/** Asks for a delivery again, whatever came of it: at once, and with all attempts before it again. */
export async function redeliver(transaction: Queryable, id: string): Promise<DeliveryRow> {
  return transaction.webhookDelivery.update({
    where: { id },
    data: { state: "pending", tries: 0, nextAttemptAt: new Date(), problemCode: null, responseStatus: null },
    include: { event: true },
  });
}

/** Deliveries that are due and that no worker sends. */
export async function findDueDeliveries(database: Queryable, limit: number): Promise<string[]> {
  const rows = await database.$queryRaw<Array<{ id: string }>>`
    SELECT "id" FROM "WebhookDelivery"
    WHERE "state" = 'pending' AND "nextAttemptAt" <= now() AND ("claimedUntil" IS NULL OR "claimedUntil" <= now())
    ORDER BY "nextAttemptAt" LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
