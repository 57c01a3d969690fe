import type { CarriedProperties } from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import type { Vault, VaultVersion } from "../vault/port.ts";
import { carriedFrom, carriesSame, isSameMark, markOf, ownerOf, wrote, type OwnTags } from "./ownership.ts";
import { passesByItself } from "./retry.ts";

/** What a look beside a write showed, or what kept it from showing anything and passes. */
export type LookBeside = { readonly over: VaultVersion | undefined } | { readonly error: unknown };

/**
 * Looks what a write that is under way comes over. Where that is refused for good there is nothing to see, and the write
 * stands as it is. Never rejects.
 */
export async function lookBeside(
  { vaultName, own }: Readonly<{ vaultName: string; own: OwnTags }>,
  recorded: string | null,
  { vault, signal }: Readonly<{ vault: Vault; signal: AbortSignal }>,
): Promise<LookBeside> {
  try {
    return { over: writtenOver(await vault.versions(vaultName, signal), own, recorded) };
  } catch (error) {
    const isRefused = error instanceof FailureError && !passesByItself(error.failure, false);
    return isRefused ? { over: undefined } : { error };
  }
}

/**
 * What a write came over: the newest version beside those that it made itself, or undefined where there is none.
 *
 * @param own what the write's own versions carry
 * @param recorded the version that the record tells of
 */
export function writtenOver(
  versions: readonly VaultVersion[],
  own: OwnTags,
  recorded: string | null,
): VaultVersion | undefined {
  const others = versions.filter((version) => !isOf(version, own));
  return newestOf(others, recorded, own.syncId);
}

/**
 * What a write of ours came over and lost, where its worker ended, or gave up, before it put that back. Undefined where
 * nothing was lost, or where somebody has changed either version since: what they made of it stands.
 *
 * @param current the secret's current version
 * @param record what was known before the write
 */
export function findLost(
  versions: readonly VaultVersion[],
  current: VaultVersion,
  { vaultVersion, writeEpoch }: Readonly<{ vaultVersion: string | null; writeEpoch: number | null }>,
  syncId: string,
): VaultVersion | undefined {
  const mark = markOf(current, syncId);
  if (mark === undefined || mark.epoch <= (writeEpoch ?? -1) || current.updated !== current.created)
    return undefined;
  const others = versions.filter((version) => !isSameMark(markOf(version, syncId), mark));
  const over = newestOf(others, vaultVersion, syncId);
  if (over === undefined || over.updated > current.created) return undefined;
  // What is around a value of ours that nobody touched, we put there ourselves.
  if (over.updated === over.created && markOf(over, syncId) !== undefined) return undefined;
  const isEnabledAgain = current.enabled && !over.enabled;
  return isEnabledAgain || !carriesSame(carriedFrom(over), carriedFrom(current)) ? over : undefined;
}

/** Of several of one second the one that the latest run of ours wrote, and of those the one that the record tells of. */
function newestOf(
  others: readonly VaultVersion[],
  recorded: string | null,
  syncId: string,
): VaultVersion | undefined {
  const newestAt = Math.max(...others.map(({ created }) => created));
  const newest = others.filter(({ created }) => created === newestAt);
  const epochOf = (version: VaultVersion): number => markOf(version, syncId)?.epoch ?? -1;
  const latest = Math.max(...newest.map(epochOf));
  const alike = newest.filter((version) => epochOf(version) === latest);
  return alike.find(({ version }) => version === recorded) ?? alike[0];
}

/** Whether something around the value that was written over is missing from what was written: no write carries it over. */
export function isLost(over: VaultVersion, carried: CarriedProperties | null): boolean {
  return !over.enabled || !carriesSame(carriedFrom(over), carried);
}

function isOf(version: VaultVersion, { syncId, epoch, fingerprint }: OwnTags): boolean {
  const owner = ownerOf(version, syncId);
  return owner.kind === "this-sync" && owner.write?.epoch === epoch && wrote(owner.write, fingerprint);
}
