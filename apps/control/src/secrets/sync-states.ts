import type { SyncStatesBody } from "@kvsync/contracts/api";
import type { SyncRow, SyncStateRow } from "@kvsync/store";

type SecretStates = SyncStatesBody["secrets"][number];
type State = SecretStates["states"][number]["state"];

/** How each of these secrets stands in each vault. */
export function presentSyncStates(
  syncs: readonly SyncRow[],
  secretIds: readonly string[],
  rows: readonly SyncStateRow[],
  nextCursor: string | null,
): SyncStatesBody {
  const bySecret = Map.groupBy(rows, ({ secretId }) => secretId);
  return {
    syncs: syncs.map(({ id, name, state, vaultUrl, prefix, namePolicy }) => ({
      id,
      name,
      state,
      vaultUrl,
      prefix,
      namePolicy: namePolicy as SyncStatesBody["syncs"][number]["namePolicy"],
    })),
    secrets: secretIds.map((secretId) => ({
      secretId,
      states: (bySecret.get(secretId) ?? []).map(({ syncId, state, recordId, code }) => ({
        syncId,
        state: state as State,
        recordId,
        code,
      })),
    })),
    nextCursor,
  };
}
