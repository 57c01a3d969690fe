import { ApiError } from "@kvsync/contracts";
import type { Doorbell, RunReason } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import {
  lockSync,
  type Actor,
  type Database,
  type Queryable,
  type SyncRow,
  type SyncState,
} from "@kvsync/store";
import { nextState, standingOf, type SyncEvent } from "./lifecycle.ts";

/** Whose sync it is, and who acts. Another workspace's is answered like one that doesn't exist. */
export type SyncAddress = Readonly<{ workspaceId: string; syncId: string; actor: Actor }>;

/**
 * Changes a sync in one transaction that locks it and checks that the event fits its state.
 *
 * @throws {ApiError} 404 `SYNC_NOT_FOUND`, 409 `SYNC_STATE`, and what `change` throws
 */
export async function inLockedSync<Result>(
  database: Database,
  { workspaceId, syncId }: SyncAddress,
  event: SyncEvent,
  change: (transaction: Queryable, before: SyncRow, state: SyncState) => Promise<Result>,
): Promise<Result> {
  return database.$transaction(async (transaction) => {
    const before = await lockSync(transaction, workspaceId, syncId);
    if (before === null) throw syncNotFound();
    return change(transaction, before, nextState(standingOf(before), event));
  });
}

/** Rings for a sync that may run. A ring that fails is only logged: the sweeper finds what is wanted. */
export async function ringIfRunning(
  { doorbell, logger }: Readonly<{ doorbell: Doorbell; logger: Logger }>,
  { id, state, environmentId }: Pick<SyncRow, "id" | "state" | "environmentId">,
  reason: RunReason,
): Promise<void> {
  const runs = state === "active" || state === "failing" || state === "disconnecting";
  if (environmentId === null || !runs) return;
  await ringSafely(logger, () => doorbell.ringRuns([id], reason));
}

export async function ringSafely(logger: Logger, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    logger.warn({ err: error }, "the queue couldn't be rung; the sweeper will find what is wanted");
  }
}

export function syncNotFound(): ApiError {
  return new ApiError(404, "SYNC_NOT_FOUND", "Sync not found");
}
