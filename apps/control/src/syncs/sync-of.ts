import { syncParamsSchema } from "@kvsync/contracts/api";
import { findSync, type Database, type SyncRow } from "@kvsync/store";
import type { Request } from "express";
import { adminOf } from "../access/principal.ts";
import { parseParams } from "../http/parse.ts";
import { syncNotFound, type SyncAddress } from "./locked-change.ts";

/** The sync that a request's path names, for a change by an admin. @throws {ApiError} 401, 403, 404 */
export function addressOf(request: Request): SyncAddress {
  const { workspaceId, tokenId } = adminOf(request);
  // Routes with further parameters check those by themselves.
  const { syncId } = parseParams(syncParamsSchema, { params: { syncId: request.params["syncId"] } } as never);
  return { workspaceId, syncId, tokenId };
}

/** The sync that a request's path names, as it stands. @throws {ApiError} 401, 403, 404 */
export async function syncOf(database: Database, request: Request): Promise<SyncRow> {
  const { workspaceId, syncId } = addressOf(request);
  const sync = await findSync(database, workspaceId, syncId);
  if (sync === null) throw syncNotFound();
  return sync;
}
