import { randomUUID } from "node:crypto";
import { ApiError, type AuditAction } from "@kvsync/contracts";
import {
  MAX_WEBHOOKS,
  nothingSchema,
  webhookChangeSchema,
  webhookInputSchema,
  webhookParamsSchema,
  type NewWebhookBody,
} from "@kvsync/contracts/api";
import { createWebhookSecret, type KeyEncryptionKey } from "@kvsync/keys";
import { AddressRefused, requireCallable, type CallPolicy } from "@kvsync/outbound";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  latestDeliveries,
  listWebhooks,
  note,
  replaceWebhookSecret,
  type AuditNote,
  type Database,
  type Transaction,
  type WebhookRow,
} from "@kvsync/store";
import { Router, type Request } from "express";
import { actorOf, requireAdmin, type Principal } from "../access/principal.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { parseBody, parseParams } from "../http/parse.ts";
import { requireWorkspace } from "../workspaces/reach.ts";
import { auditedWebhook, lockOwnWebhook, ownWebhook } from "./own-webhook.ts";
import { presentWebhook } from "./presentation.ts";

const LIST = "/workspace/:workspace/webhooks";
const ONE = `${LIST}/:webhookId`;
/** How long the secret before a rotation signs, too. */
const BOTH_SIGN_MS = 24 * 3_600_000;

export type WebhookRouteDependencies = Readonly<{
  database: Database;
  keyEncryptionKey: KeyEncryptionKey;
  /** Where webhooks may go. */
  callPolicy: CallPolicy;
}>;

/** A workspace's webhooks, for its admins. */
export function webhookRoutes({ database, keyEncryptionKey, callPolicy }: WebhookRouteDependencies): Router {
  const router = Router();
  const adminOf = (request: Request): Principal => requireAdmin(request, requireWorkspace(request));

  router.get(LIST, async (request, response) => {
    const { workspaceId } = adminOf(request);
    const rows = await listWebhooks(database, workspaceId);
    const ids = rows.map(({ id }) => id);
    const latest = await latestDeliveries(database, ids);
    response.json(rows.map((row) => presentWebhook(row, latest.get(row.id))));
  });

  router.post(LIST, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId } = principal;
    const wish = parseBody(webhookInputSchema, request);
    requireTakenUrl(wish.url);
    const id = randomUUID();
    const { secret, wrapped } = await createWebhookSecret(keyEncryptionKey, id);
    const row = await database.$transaction(async (transaction) => {
      const webhook = { ...wish, id, workspaceId, secret: wrapped };
      const created = await createWebhook(transaction, webhook, MAX_WEBHOOKS);
      if (created === null) throw tooMany();
      await noteChange(transaction, principal, "webhook.created", created, { after: describe(created) });
      return created;
    });
    const body: NewWebhookBody = { ...presentWebhook(row, undefined), secret };
    response.status(201).json(body);
  });

  router.get(ONE, async (request, response) => {
    const { workspaceId } = adminOf(request);
    response.json(await present(await ownWebhook(database, workspaceId, idOf(request))));
  });

  router.patch(ONE, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId } = principal;
    const id = idOf(request);
    const change = parseBody(webhookChangeSchema, request);
    if (change.url !== undefined) requireTakenUrl(change.url);
    const row = await database.$transaction(async (transaction) => {
      const before = await lockOwnWebhook(transaction, workspaceId, id);
      const after = await changeWebhook(transaction, id, withoutAbsent(change));
      const fields = { before: describe(before), after: describe(after) };
      await noteChange(transaction, principal, "webhook.changed", after, fields);
      return after;
    });
    response.json(await present(row));
  });

  router.delete(ONE, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId } = principal;
    const id = idOf(request);
    await database.$transaction(async (transaction) => {
      const before = await lockOwnWebhook(transaction, workspaceId, id);
      await deleteWebhook(transaction, id);
      await noteChange(transaction, principal, "webhook.deleted", before, { before: describe(before) });
    });
    response.json({ success: true });
  });

  router.post(`${ONE}/rotate-secret`, async (request, response) => {
    const principal = adminOf(request);
    const { workspaceId } = principal;
    const id = idOf(request);
    parseBody(nothingSchema, request);
    const { secret, wrapped } = await createWebhookSecret(keyEncryptionKey, id);
    const row = await database.$transaction(async (transaction) => {
      const before = await lockOwnWebhook(transaction, workspaceId, id);
      const until = new Date(Date.now() + BOTH_SIGN_MS);
      const after = await replaceWebhookSecret(transaction, before, wrapped, until);
      await noteChange(transaction, principal, "webhook.secret-rotated", after, {});
      return after;
    });
    const body: NewWebhookBody = { ...(await present(row)), secret };
    response.json(body);
  });

  async function present(row: WebhookRow): Promise<ReturnType<typeof presentWebhook>> {
    const latest = await latestDeliveries(database, [row.id]);
    return presentWebhook(row, latest.get(row.id));
  }

  /** @throws {ApiError} 400 `VALIDATION` for an address that wouldn't be called */
  function requireTakenUrl(url: string): void {
    try {
      requireCallable(new URL(url), callPolicy);
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error;
      throw new ApiError(400, "VALIDATION", `url: ${error.message}`);
    }
  }

  return refuseOtherMethods(router);
}

const idOf = (request: Request): string => parseParams(webhookParamsSchema, request).webhookId;

const tooMany = (): ApiError =>
  new ApiError(
    409,
    "WEBHOOK_LIMIT",
    `A workspace has ${MAX_WEBHOOKS} webhooks at most: delete one that isn't needed`,
  );

/** What was given of a change. */
function withoutAbsent<Given extends object>(
  given: Given,
): { [Key in keyof Given]: Exclude<Given[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]: Exclude<Given[Key], undefined>;
  };
}

/** The address by its host alone: its path may hold what lets one write there. */
const describe = ({ url, description, events, enabled }: WebhookRow) => ({
  host: new URL(url).host,
  description,
  events,
  enabled,
});

async function noteChange(
  transaction: Transaction,
  principal: Principal,
  action: AuditAction,
  row: WebhookRow,
  change: Pick<AuditNote, "before" | "after">,
): Promise<void> {
  const { workspaceId } = principal;
  const entity = auditedWebhook(row);
  await note(transaction, [{ workspaceId, actor: actorOf(principal), action, entity, ...change }]);
}
