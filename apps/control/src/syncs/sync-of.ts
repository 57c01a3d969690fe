import { syncParamsSchema } from "@kvsync/contracts/api";
import { readSync, type Database, type SyncRow } from "@kvsync/store";
import type { Request } from "express";
import {
  actorOf,
  callerOf,
  requireAdmin,
  requireAdminSomewhere,
  type Principal,
} from "../access/principal.ts";
import { parseParams } from "../http/parse.ts";
import { syncNotFound, type SyncAddress } from "./locked-change.ts";

type Found = Readonly<{ sync: SyncRow; principal: Principal }>;

/**
 * The sync that a request's path names, for a change by an admin of its workspace.
 *
 * @throws {ApiError} 401, 403, 404
 */
export async function addressOf(database: Database, request: Request): Promise<SyncAddress> {
  const { sync, principal } = await find(database, request);
  return { workspaceId: sync.workspaceId, syncId: sync.id, actor: actorOf(principal) };
}

/** The sync that a request's path names, as it stands. @throws {ApiError} 401, 403, 404 */
export async function syncOf(database: Database, request: Request): Promise<SyncRow> {
  return (await find(database, request)).sync;
}

/** A sync's path names no workspace: it is that of the sync, if the caller has access there. */
async function find(database: Database, request: Request): Promise<Found> {
  const { accesses, ...caller } = callerOf(request);
  requireAdminSomewhere(request);
  // Routes with further parameters check those by themselves.
  const { syncId } = parseParams(syncParamsSchema, { params: { syncId: request.params["syncId"] } } as never);
  const sync = await readSync(database, syncId);
  const access = accesses.find(({ workspaceId }) => workspaceId === sync?.workspaceId);
  if (sync === null || access === undefined) throw syncNotFound();
  return { sync, principal: requireAdmin(request, { ...caller, ...access }) };
}
