import type { Failure } from "@kvsync/contracts";
import type { RecordValue } from "@kvsync/store";
import type { DeletedItem } from "../vault/port.ts";
import { isManagedByUs, ownerOf, tagRoom, type Owner } from "./ownership.ts";
import type { VaultView } from "./view.ts";

/**
 * Whether a vault secret that names another sync as its owner stands there because this one recovered it, to write it,
 * and was killed in between: this sync holds the name and set out to write it, so the owner, a sync of this
 * installation, holds it no more. Of another installation's syncs that can't be known.
 */
export function isBroughtBack(
  owner: Owner,
  key: string,
  record: RecordValue | undefined,
  { owners }: VaultView,
): boolean {
  if (owner.kind !== "other-sync" || record === undefined) return false;
  return record.heldKey === key && record.intentEpoch !== null && owners.has(owner.syncId);
}

/**
 * Why a deleted secret that holds a name isn't recovered to be written over, or undefined when it is. Of what this sync
 * didn't make, only that is recovered which can be written over afterwards: else it would stand in the vault again, and
 * be nobody's to remove.
 */
export function whyNotRecovered(
  deleted: DeletedItem,
  { vaultName, syncId, adopts }: Readonly<{ vaultName: string; syncId: string; adopts: boolean }>,
): Failure | undefined {
  if (ownerOf(deleted, syncId).kind === "this-sync") return undefined;
  if ((!isManagedByUs(deleted.tags) && !adopts) || !deleted.enabled)
    return { code: "VAULT_NAME_HELD_BY_DELETED", fields: { vaultName } };
  const room = tagRoom(deleted.tags);
  return room.fits ? undefined : { code: "VAULT_SECRET_TAGS", fields: { vaultName, count: room.foreign } };
}
