import type { Logger } from "@kvsync/runtime";
import { claimLeftProbes, readSync, removeProbe, type Database, type ProbeRow } from "@kvsync/store";
import type { Vaults } from "../sync/vaults.ts";
import { waitUntilDeleted } from "../validation/probe.ts";

const BATCH = 20;
/** No other worker tries the same probe for this long, in milliseconds. */
const CLAIM_MS = 10 * 60_000;
/** After this many tries (about a day) nobody can reach the vault any more, and the row is dropped. */
const MOST_ATTEMPTS = 150;

/**
 * Deletes the temporary secrets that killed validations left in vaults, with the identity that made them.
 *
 * @returns how many are gone now
 */
export async function cleanUpProbes(
  database: Database,
  vaults: Pick<Vaults, "open">,
  logger: Logger,
  stop: AbortSignal,
): Promise<number> {
  let cleaned = 0;
  for (const probe of await claimLeftProbes(database, BATCH, CLAIM_MS)) {
    stop.throwIfAborted();
    try {
      await cleanUp(database, vaults, probe, stop);
      cleaned += 1;
    } catch (error) {
      stop.throwIfAborted();
      logger.warn(
        { err: error, probeId: probe.id, syncId: probe.syncId },
        "a probe couldn't be cleaned up yet",
      );
      if (probe.attempts >= MOST_ATTEMPTS) await removeProbe(database, probe.id);
    }
  }
  return cleaned;
}

async function cleanUp(
  database: Database,
  vaults: Pick<Vaults, "open">,
  probe: ProbeRow,
  stop: AbortSignal,
): Promise<void> {
  const sync = await readSync(database, probe.syncId);
  if (sync === null) return removeProbe(database, probe.id);
  const { tenantId, clientId, vaultUrl, environmentId, name } = probe;
  const { id: syncId, workspaceId, projectId } = sync;
  const subject = { syncId, workspaceId, projectId, environmentId };
  const { vault } = vaults.open({ tenantId, clientId, vaultUrl, subject });
  await vault.remove(name, stop);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  if (await waitUntilDeleted(vault, name, stop, pause)) await purgeIfAllowed();
  await removeProbe(database, probe.id);

  async function purgeIfAllowed(): Promise<void> {
    try {
      await vault.purge(name, stop);
    } catch {
      // Without the permission, or under purge protection, the deleted probe goes by itself in time.
    }
  }
}
