import type { Doorbell } from "@kvsync/queue";
import { findPlaceOfJob, listWorkspaces, note, type AuditFields, type Database } from "@kvsync/store";
import type { Request, RequestHandler } from "express";
import { actorOf, callerOf, isAdmin } from "../access/principal.ts";
import { boardOrderOf, type BoardOrder } from "./order.ts";

type NotingDependencies = Readonly<{ database: Database; doorbell: Doorbell }>;

/** What an order is about: the chains in which it is noted, and the sync, if it is about one's job. */
type Subject = Readonly<{ workspaceIds: readonly string[]; syncId: string | null }>;

/** What is longer is none of Bull Board's words, nor of a job's id. */
const MOST_LETTERS = 200;

/**
 * Notes in the audit log what somebody orders in Bull Board, before it is done. Where the entry can't be written, nothing
 * is done. A request's body isn't kept.
 */
export function noteOrders(dependencies: NotingDependencies): RequestHandler {
  return async (request, _response, next) => {
    if (!["GET", "HEAD", "OPTIONS"].includes(request.method)) await noteOrder(dependencies, request);
    next();
  };
}

async function noteOrder(dependencies: NotingDependencies, request: Request): Promise<void> {
  const order = boardOrderOf(request.path);
  const { workspaceIds, syncId } = await subjectOf(dependencies, request, order);
  const entry = {
    actor: actorOf(callerOf(request)),
    action: "queue.changed",
    entity: { id: null, name: short(order?.queue ?? null) },
    syncId,
    fields: fieldsOf(request, order),
  } as const;
  await dependencies.database.$transaction((transaction) =>
    note(
      transaction,
      workspaceIds.map((workspaceId) => ({ ...entry, workspaceId })),
    ),
  );
}

/**
 * A job of a workspace is noted in that workspace's chain; what concerns a queue, in every workspace's, as it holds the
 * jobs of all. What comes to nothing, since there is no such queue, job or order, is noted where the caller is an admin.
 */
async function subjectOf(
  { database, doorbell }: NotingDependencies,
  request: Request,
  order: BoardOrder | null,
): Promise<Subject> {
  const own = callerOf(request).accesses.filter(isAdmin);
  const nowhere = { workspaceIds: own.map(({ workspaceId }) => workspaceId), syncId: null };
  if (order === null) return nowhere;
  const { queue: name, jobId } = order;
  const queue = Object.values(doorbell.queues).find((known) => known.name === name);
  if (name !== null && queue === undefined) return nowhere;
  if (jobId !== null) {
    const job = await queue?.getJob(jobId);
    if (job === undefined) return nowhere;
    const place = await findPlaceOfJob(database, job.data);
    if (place !== null) return { workspaceIds: [place.workspaceId], syncId: place.syncId };
  }
  const all = await listWorkspaces(database);
  return { workspaceIds: all.map(({ id }) => id), syncId: null };
}

function fieldsOf(request: Request, order: BoardOrder | null): AuditFields {
  if (order === null) return { order: "unknown", method: request.method, path: short(request.path) };
  const { order: word, queue, jobId, jobState, schedulerId } = order;
  return {
    order: word,
    queue: short(queue),
    ...(jobId !== null && { jobId: short(jobId) }),
    ...(jobState !== null && { jobState: short(jobState) }),
    ...(schedulerId !== null && { schedulerId: short(schedulerId) }),
  };
}

const short = (word: string | null): string | null => word?.slice(0, MOST_LETTERS) ?? null;
