import { ApiError } from "@kvsync/contracts";
import { findWebhook, lockWebhook, type Queryable, type WebhookRow } from "@kvsync/store";

/** A webhook of the workspace. @throws {ApiError} 404 `WEBHOOK_NOT_FOUND` */
export async function ownWebhook(database: Queryable, workspaceId: string, id: string): Promise<WebhookRow> {
  const found = await findWebhook(database, workspaceId, id);
  if (found === null) throw webhookNotFound();
  return found;
}

/** The same, locked until the transaction ends. @throws {ApiError} 404 `WEBHOOK_NOT_FOUND` */
export async function lockOwnWebhook(
  transaction: Queryable,
  workspaceId: string,
  id: string,
): Promise<WebhookRow> {
  const found = await lockWebhook(transaction, workspaceId, id);
  if (found === null) throw webhookNotFound();
  return found;
}

/** A webhook as the audit log names it: by its description, or by where it goes. */
export function auditedWebhook({ id, url, description }: WebhookRow): Readonly<{ id: string; name: string }> {
  return { id, name: description === "" ? new URL(url).host : description };
}

/** Nothing is sent to one that is off. @throws {ApiError} 409 `WEBHOOK_OFF` */
export function requireOn({ enabled }: WebhookRow): void {
  if (!enabled) throw new ApiError(409, "WEBHOOK_OFF", "The webhook is switched off: switch it on first");
}

const webhookNotFound = (): ApiError => new ApiError(404, "WEBHOOK_NOT_FOUND", "Webhook not found");
