import type { Queryable } from "../database.ts";

/**
 * Whose work a job is, by the ids that it holds.
 *
 * @param data a job's, as the queue has it
 * @returns null for a job of nobody's in particular
 */
export async function findPlaceOfJob(
  database: Queryable,
  data: unknown,
): Promise<{ readonly workspaceId: string; readonly syncId: string | null } | null> {
  const { syncId, deliveryId } = typeof data === "object" && data !== null ? (data as JobIds) : {};
  if (isId(syncId)) {
    const sync = await database.sync.findUnique({ where: { id: syncId }, select: { workspaceId: true } });
    return sync === null ? null : { workspaceId: sync.workspaceId, syncId };
  }
  if (!isId(deliveryId)) return null;
  const delivery = await database.webhookDelivery.findUnique({
    where: { id: deliveryId },
    select: { endpoint: { select: { workspaceId: true } } },
  });
  return delivery === null ? null : { workspaceId: delivery.endpoint.workspaceId, syncId: null };
}

type JobIds = Readonly<{ syncId?: unknown; deliveryId?: unknown }>;

const isId = (id: unknown): id is string =>
  typeof id === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
