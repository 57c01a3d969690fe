import type { WebhookEventType } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import type { WebhookEndpoint } from "./generated/client.ts";

export type WebhookRow = WebhookEndpoint;

/** The webhooks of a workspace, oldest first. */
export async function listWebhooks(database: Queryable, workspaceId: string): Promise<WebhookRow[]> {
  return database.webhookEndpoint.findMany({
    where: { workspaceId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
}

export async function findWebhook(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<WebhookRow | null> {
  return database.webhookEndpoint.findFirst({ where: { id, workspaceId } });
}

/** Locks a webhook until the transaction ends. Null when this workspace has no such one. */
export async function lockWebhook(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<WebhookRow | null> {
  const rows = await transaction.$queryRaw<WebhookRow[]>`
    SELECT * FROM "WebhookEndpoint" WHERE "id" = ${id}::uuid AND "workspaceId" = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

/**
 * Creates a webhook unless its workspace has so many already. Of creations at the same time each counts the others.
 *
 * @returns null where there are too many
 */
export async function createWebhook(
  transaction: Queryable,
  webhook: Readonly<{
    id: string;
    workspaceId: string;
    url: string;
    description: string;
    events: WebhookEventType[];
    enabled: boolean;
    secret: Uint8Array<ArrayBuffer>;
  }>,
  most: number,
): Promise<WebhookRow | null> {
  const { workspaceId } = webhook;
  await transaction.$queryRaw`SELECT "id" FROM "Workspace" WHERE "id" = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  if ((await transaction.webhookEndpoint.count({ where: { workspaceId } })) >= most) return null;
  return transaction.webhookEndpoint.create({ data: webhook });
}

export type WebhookChange = Partial<
  Readonly<{ url: string; description: string; events: WebhookEventType[]; enabled: boolean }>
>;

/**
 * Changes a webhook. One that is switched on, or goes elsewhere, begins with a clean slate; to one that is switched off
 * nothing that is on its way is sent any more.
 */
export async function changeWebhook(
  transaction: Queryable,
  id: string,
  change: WebhookChange,
): Promise<WebhookRow> {
  const anew = change.enabled === true || change.url !== undefined;
  const row = await transaction.webhookEndpoint.update({
    where: { id },
    data: {
      ...change,
      ...(anew ? { failingSince: null } : {}),
      ...(change.enabled === true ? { disabledReason: null, disabledAt: null } : {}),
      ...(change.enabled === false ? { disabledReason: null, disabledAt: new Date() } : {}),
    },
  });
  if (!row.enabled) await giveUpDeliveries(transaction, id);
  return row;
}

/** @param until how long the secret before signs too */
export async function replaceWebhookSecret(
  transaction: Queryable,
  row: Pick<WebhookRow, "id" | "secret">,
  secret: Uint8Array<ArrayBuffer>,
  until: Date,
): Promise<WebhookRow> {
  return transaction.webhookEndpoint.update({
    where: { id: row.id },
    data: { secret, previousSecret: row.secret, previousUntil: until },
  });
}

/** Deletes a webhook with its log. */
export async function deleteWebhook(transaction: Queryable, id: string): Promise<void> {
  await transaction.webhookEndpoint.delete({ where: { id } });
}

/** Ends what is on its way to a webhook that was switched off. */
export async function giveUpDeliveries(transaction: Queryable, endpointId: string): Promise<void> {
  await transaction.webhookDelivery.updateMany({
    where: { endpointId, state: "pending" },
    data: { state: "failed", nextAttemptAt: null, claimedUntil: null, problemCode: "SWITCHED_OFF" },
  });
}
