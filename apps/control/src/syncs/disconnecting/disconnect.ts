import {
  abandonValidations,
  changeSync,
  countHeldNames,
  note,
  releaseSync,
  requestCheck,
  supersedePlans,
  type Queryable,
  type SyncRow,
  type SyncState,
} from "@kvsync/store";
import { placeOf } from "../audit/noting.ts";
import { inLockedSync, ringIfRunning, type SyncAddress } from "../locked-change.ts";
import type { SyncServiceDependencies } from "../service.ts";

/** What becomes of the secrets that a sync wrote. */
export type LeftSecrets = "leave" | "remove";

/**
 * Ends a sync. What it wrote stays in the vault, or a worker removes it first: until then the sync is `disconnecting`,
 * and asking again tries again at once, or, with `leave`, ends it as things are.
 *
 * @throws {ApiError} 404, 409 `SYNC_STATE`
 */
export async function disconnect(
  dependencies: SyncServiceDependencies,
  address: SyncAddress,
  secrets: LeftSecrets,
): Promise<SyncRow> {
  const sync = await inLockedSync(
    dependencies.database,
    address,
    "disconnect",
    async (transaction, before, state) => {
      const { id } = before;
      await abandonValidations(transaction, id);
      await supersedePlans(transaction, id);
      const left = await countHeldNames(transaction, id);
      const sync = await end(transaction, before, state, secrets);
      const { actor } = address;
      const fields = { secrets, left };
      await note(transaction, [{ ...placeOf(before), actor, action: "sync.disconnected", fields }]);
      return sync;
    },
  );
  await ringIfRunning(dependencies, sync, "manual");
  return sync;
}

async function end(
  transaction: Queryable,
  { id, environmentId }: SyncRow,
  state: SyncState,
  secrets: LeftSecrets,
): Promise<SyncRow> {
  const change = { nextScheduledAt: null, retryAt: null, awaitingPlanId: null };
  // One that was never linked never wrote anything.
  if (secrets === "remove" && environmentId !== null) {
    await requestCheck(transaction, id, "manual");
    return changeSync(transaction, id, { ...change, state: "disconnecting" });
  }
  await releaseSync(transaction, id);
  return changeSync(transaction, id, { ...change, state, disconnectedAt: new Date() });
}
