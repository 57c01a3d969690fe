import type { CarriedProperties } from "@kvsync/store";
import type { Vault, VaultVersion } from "../vault/port.ts";
import { carriedFrom, carriesSame, ownerOf, wrote, type OwnTags } from "./ownership.ts";

/**
 * What a write that is under way comes over. Undefined, too, where that can't be looked at: the write has arrived then, and
 * nothing of it is to be undone for want of a look.
 */
export async function lookBeside(
  { vaultName, own }: Readonly<{ vaultName: string; own: OwnTags }>,
  recorded: string | null,
  { vault, signal }: Readonly<{ vault: Vault; signal: AbortSignal }>,
): Promise<VaultVersion | undefined> {
  try {
    return writtenOver(await vault.versions(vaultName, signal), own, recorded);
  } catch {
    return undefined;
  }
}

/**
 * What a write came over: the newest version beside those that it made itself, or undefined where there is none. Of
 * several of one second it is the one that the record tells of.
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
  const newestAt = Math.max(...others.map(({ created }) => created));
  const newest = others.filter(({ created }) => created === newestAt);
  return newest.find(({ version }) => version === recorded) ?? newest[0];
}

/** Whether something around the value that was written over is missing from what was written: no write carries it over. */
export function isLost(over: VaultVersion, carried: CarriedProperties | null): boolean {
  return !over.enabled || !carriesSame(carriedFrom(over), carried);
}

function isOf(version: VaultVersion, { syncId, epoch, fingerprint }: OwnTags): boolean {
  const owner = ownerOf(version, syncId);
  return owner.kind === "this-sync" && owner.write?.epoch === epoch && wrote(owner.write, fingerprint);
}
