import type { RecordValue } from "@kvsync/store";
import type { Vault, VaultItem } from "../vault/port.ts";
import { vaultKeyOf } from "./names.ts";
import { ownerOf } from "./ownership.ts";
import type { VaultView } from "./plan.ts";

/**
 * Looks at the vault by list alone and keeps what the plan may ask for: the names that the source maps to and the ones
 * that records hold. Where a name that we hold has lost our tags, its versions tell whether somebody wrote over ours (a
 * new version has no tags unless its writer sets them) or whether it is a secret of theirs.
 *
 * @param wanted keys of the names that the source maps to
 */
export async function viewVault(
  vault: Vault,
  syncId: string,
  wanted: ReadonlySet<string>,
  records: readonly RecordValue[],
  signal: AbortSignal,
): Promise<VaultView> {
  const held = new Set(records.flatMap(({ heldKey }) => (heldKey === null ? [] : [heldKey])));
  const items = new Map<string, VaultItem>();
  for await (const page of vault.list(signal))
    for (const item of page) {
      const key = vaultKeyOf(item.name);
      if (wanted.has(key) || held.has(key)) items.set(key, item);
    }
  const overwritten = new Set<string>();
  for (const [key, item] of items) {
    if (!held.has(key) || item.managed || ownerOf(item, syncId).kind !== "nobody") continue;
    const versions = await vault.versions(item.name, signal);
    if (versions.some((version) => ownerOf(version, syncId).kind === "this-sync")) overwritten.add(key);
  }
  return { items, overwritten };
}
