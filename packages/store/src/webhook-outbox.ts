import type { WebhookHappening } from "@kvsync/contracts";
import type { Queryable } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/**
 * The parts of a statement that write events with a delivery to each webhook that wants to know, so that they are written
 * exactly when the rest of the statement is. Goes into its `WITH`, after a part `happened` with the columns `workspaceId`,
 * `type`, `path` and `data`; the ids of the deliveries are then those of the part `fanned`. What nobody wants to know
 * isn't kept.
 */
export const outboxParts = Prisma.sql`
  -- Locked, as one that is deleted at this moment would make the whole statement fail.
  wanting AS MATERIALIZED (
    SELECT w."id", w."workspaceId", w."events" FROM "WebhookEndpoint" w
    WHERE w."enabled" AND w."workspaceId" IN (SELECT "workspaceId" FROM happened)
    ORDER BY w."id" FOR KEY SHARE OF w
  ), told AS (
    INSERT INTO "WebhookEvent" ("workspaceId", "type", "path", "data")
    SELECT h."workspaceId", h."type", h."path", h."data" FROM happened h
    WHERE EXISTS (SELECT 1 FROM wanting w WHERE w."workspaceId" = h."workspaceId" AND h."type" = ANY(w."events"))
    RETURNING "id", "workspaceId", "type"
  ), fanned AS (
    INSERT INTO "WebhookDelivery" ("eventId", "endpointId")
    SELECT told."id", w."id" FROM told
    JOIN wanting w ON w."workspaceId" = told."workspaceId" AND told."type" = ANY(w."events")
    RETURNING "id"
  )`;

/** The rows of {@link outboxParts}'s `happened`, without their workspace. */
export const happenedRows = (happenings: readonly WebhookHappening[]): Prisma.Sql => Prisma.sql`
  json_to_recordset(${JSON.stringify(happenings)}::json) AS happening("type" text, "path" text, "data" json)`;

/**
 * Tells the webhooks of every workspace, in the transaction that makes it true. `path` follows the workspace's own.
 *
 * @returns the ids of the deliveries
 */
export async function tellAllWorkspaces(
  transaction: Queryable,
  happening: WebhookHappening,
): Promise<string[]> {
  const rows = await transaction.$queryRaw<Array<{ id: string }>>`
    WITH happened AS (
      SELECT s."id" AS "workspaceId", happening."type", '/w/' || s."slug" || happening."path" AS "path",
        happening."data" FROM "Workspace" s, ${happenedRows([happening])}
    ), ${outboxParts}
    SELECT "id" FROM fanned`;
  return rows.map(({ id }) => id);
}

/**
 * Tells one webhook, whatever events it chose.
 *
 * @returns the delivery's id
 */
export async function tellWebhook(
  transaction: Queryable,
  endpoint: Readonly<{ id: string; workspaceId: string }>,
  happening: WebhookHappening,
): Promise<string> {
  const { type, path, data } = happening;
  const { workspaceId, id: endpointId } = endpoint;
  const event = await transaction.webhookEvent.create({
    data: { workspaceId, type, path, data, deliveries: { create: { endpointId } } },
    select: { deliveries: { select: { id: true } } },
  });
  return event.deliveries.map(({ id }) => id).join("");
}

/** Forgets events of more than so many days ago, with their deliveries and attempts. */
export async function forgetOldWebhookEvents(database: Queryable, days: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM "WebhookEvent" WHERE "createdAt" < now() - ${days} * interval '1 day'`;
}
