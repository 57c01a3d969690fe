import { ApiError } from "@kvsync/contracts";
import {
  deliveriesQuerySchema,
  deliveryParamsSchema,
  nothingSchema,
  webhookParamsSchema,
} from "@kvsync/contracts/api";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  findDelivery,
  listDeliveries,
  note,
  redeliver,
  tellWebhook,
  type Database,
  type DeliveryWithLog,
  type Queryable,
  type Transaction,
  type WebhookRow,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { actorOf, requireAdmin, type Principal } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseParams, parseQuery } from "../http/parse.ts";
import { timestamp } from "../http/timestamp.ts";
import { decodeTimeCursor, encodeCursor } from "../syncs/cursor.ts";
import { requireWorkspace } from "../workspaces/reach.ts";
import { auditedWebhook, lockOwnWebhook, ownWebhook, requireOn } from "./own-webhook.ts";
import { presentDelivery, presentDeliveryLog } from "./presentation.ts";

const ONE = "/workspace/:workspace/webhooks/:webhookId";

export type DeliveryRouteDependencies = Readonly<{
  database: Database;
  doorbell: Pick<Doorbell, "ringDeliveries">;
  issuer: string;
  logger: Logger;
}>;

/** What was delivered to a webhook and how that went, and deliveries by hand; for admins. */
export function deliveryRoutes({ database, doorbell, issuer, logger }: DeliveryRouteDependencies): Router {
  const router = Router();
  const adminOf = (request: Request): Principal => requireAdmin(request, requireWorkspace(request));

  router.post(`${ONE}/test`, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId, workspaceSlug } = principal;
    const { webhookId } = parseParams(webhookParamsSchema, request);
    parseBody(nothingSchema, request);
    const delivery = await database.$transaction(async (transaction) => {
      const webhook = await lockOwnWebhook(transaction, workspaceId, webhookId);
      requireOn(webhook);
      const id = await tellWebhook(transaction, webhook, {
        type: "webhook.test",
        path: `/w/${workspaceSlug}/settings/webhooks`,
        data: { message: "This is a test: somebody asked for it, and nothing happened." },
      });
      const made = await requireDelivery(transaction, webhookId, id);
      await noteSending(transaction, principal, "webhook.tested", webhook);
      return made;
    });
    await ring(delivery.id);
    response.status(202).json(presentDelivery(delivery));
  });

  router.get(`${ONE}/deliveries`, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const { webhookId } = parseParams(webhookParamsSchema, request);
    const { limit, cursor, state } = parseQuery(deliveriesQuerySchema, request);
    await ownWebhook(database, workspaceId, webhookId);
    const before = cursor === undefined ? undefined : decodeTimeCursor(cursor);
    const rows = await listDeliveries(database, webhookId, { limit: limit + 1, states: state, before });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    response.json({
      deliveries: page.map(presentDelivery),
      nextCursor:
        rows.length <= limit || last === undefined
          ? null
          : encodeCursor({ key: timestamp(last.createdAt), id: last.id }),
    });
  });

  router.get(`${ONE}/deliveries/:deliveryId`, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const { webhookId, deliveryId } = parseParams(deliveryParamsSchema, request);
    await ownWebhook(database, workspaceId, webhookId);
    response.json(presentDeliveryLog(await requireDelivery(database, webhookId, deliveryId), issuer));
  });

  router.post(`${ONE}/deliveries/:deliveryId/redeliver`, async (request, response) => {
    const principal = adminOf(request);
    const { webhookId, deliveryId } = parseParams(deliveryParamsSchema, request);
    parseBody(nothingSchema, request);
    const delivery = await database.$transaction(async (transaction) => {
      const webhook = await lockOwnWebhook(transaction, principal.workspaceId, webhookId);
      await requireDelivery(transaction, webhookId, deliveryId);
      requireOn(webhook);
      const again = await redeliver(transaction, deliveryId);
      await noteSending(transaction, principal, "webhook.redelivered", webhook);
      return again;
    });
    await ring(deliveryId);
    response.status(202).json(presentDelivery(delivery));
  });

  /** A ring may be lost: the sweeper finds what is due. */
  async function ring(deliveryId: string): Promise<void> {
    try {
      await doorbell.ringDeliveries([deliveryId]);
    } catch (error) {
      logger.warn({ err: error }, "the queue couldn't be rung; the sweeper will find the delivery");
    }
  }

  return refuseOtherMethods(router);
}

/** @throws {ApiError} 404 `DELIVERY_NOT_FOUND` */
async function requireDelivery(database: Queryable, webhookId: string, id: string): Promise<DeliveryWithLog> {
  const found = await findDelivery(database, webhookId, id);
  if (found === null) throw new ApiError(404, "DELIVERY_NOT_FOUND", "Delivery not found");
  return found;
}

async function noteSending(
  transaction: Transaction,
  principal: Principal,
  action: "webhook.tested" | "webhook.redelivered",
  webhook: WebhookRow,
): Promise<void> {
  const { workspaceId } = principal;
  const entity = auditedWebhook(webhook);
  await note(transaction, [{ workspaceId, actor: actorOf(principal), action, entity }]);
}
