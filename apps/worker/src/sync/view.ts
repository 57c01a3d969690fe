import type { CarriedProperties, OwnerState, RecordValue } from "@kvsync/store";
import type { DeletedItem, VaultItem, VaultVersion } from "../vault/port.ts";
import { carriedFrom, carriesSame, ownerOf, wrote } from "./ownership.ts";

/**
 * What was seen of one vault secret.
 *
 * - `as-recorded`: exactly what our record says we wrote.
 * - otherwise the item, with what its versions told where they were asked.
 */
export type Seen = "as-recorded" | SeenItem;

export type SeenItem = Readonly<{
  item: VaultItem;
  /**
   * What a look at the versions told: the current version is the one that we wrote last (`ours`, only its properties
   * were changed), or an older version is ours (`over-ours`: somebody wrote over it), or neither (`theirs`).
   * Undefined where nobody asked.
   */
  versions?: "ours" | "over-ours" | "theirs" | undefined;
  /** Whether several versions carry the mark of one write of ours: the newest may be somebody's copy of its tags. */
  copied?: boolean | undefined;
  /** What a write of ours whose outcome no record tells of came over and lost, to be put back: see `written-over.ts`. */
  lost?: VaultVersion | undefined;
  /** How many versions there are, where that is known. */
  versionCount?: number | undefined;
}>;

/** The vault as it was seen. Keys are lower-cased names. */
export type VaultView = Readonly<{
  /** When looking began, in Unix milliseconds. */
  seenAt: number;
  /** The names that were looked at; null when the whole vault was. */
  looked: ReadonlySet<string> | null;
  items: ReadonlyMap<string, Seen>;
  /** Deleted secrets that hold names which we want. */
  deleted: ReadonlyMap<string, DeletedItem>;
  /** The syncs of this installation that own something in the way. */
  owners: ReadonlyMap<string, OwnerState>;
  /** What carries our tags and has no record; only gathered when a sync removes all that it wrote. */
  unrecorded: readonly VaultItem[];
  /** How many secrets the vault has; null when it wasn't listed. */
  count: number | null;
}>;

/** Whether a view covers a name. */
export function covers(view: VaultView | null, key: string): view is VaultView {
  return view !== null && (view.looked === null || view.looked.has(key));
}

/** What a record says of our last write. */
export type WrittenState = Pick<
  RecordValue,
  "fingerprint" | "intentEpoch" | "vaultUpdated" | "vaultProperties" | "writeEpoch"
>;

/** Whether a vault secret is exactly what our record says we wrote. */
export function isAsRecorded(item: VaultItem, record: WrittenState, syncId: string): boolean {
  if (record.fingerprint === null || record.intentEpoch !== null) return false;
  if (item.managed || !item.enabled || item.updated !== record.vaultUpdated) return false;
  const owner = ownerOf(item, syncId);
  if (owner.kind !== "this-sync" || owner.write?.epoch !== record.writeEpoch) return false;
  return wrote(owner.write, record.fingerprint) && carriesSame(carriedFrom(item), record.vaultProperties);
}

/** What a new version takes over from what was seen. */
export function carriedOf(seen: Seen | undefined, record: RecordValue | undefined): CarriedProperties | null {
  if (seen === undefined) return null;
  return seen === "as-recorded" ? (record?.vaultProperties ?? null) : carriedFrom(seen.item);
}
