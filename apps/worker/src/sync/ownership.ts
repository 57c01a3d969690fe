import type { CarriedProperties } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";

/** Key Vault's limit. Source: “About secrets”, Microsoft. */
const MAX_TAGS = 15;

const MANAGED_BY = "managed-by";
const SYNC = "enkryptify-sync";
const SECRET = "enkryptify-secret";
/**
 * Which write of ours made this version: the run's epoch and the beginning of the value's fingerprint. It tells a write
 * of ours whose answer was lost from somebody else's change.
 */
const WRITE = "enkryptify-write";
const OURS: ReadonlySet<string> = new Set([MANAGED_BY, SYNC, SECRET, WRITE]);

const FINGERPRINT_DIGITS = 16;

export type OwnTags = Readonly<{ syncId: string; secretId: string; epoch: number; fingerprint: string }>;

/** The tags of a version that we write: ours, and the foreign ones that the secret had. */
export function tagsFor(own: OwnTags, current: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...foreignTags(current),
    [MANAGED_BY]: "enkryptify",
    [SYNC]: own.syncId,
    [SECRET]: own.secretId,
    [WRITE]: writeMark(own.epoch, own.fingerprint),
  };
}

/** How many foreign tags a secret has, and whether ours still fit beside them. */
export function tagRoom(current: Readonly<Record<string, string>>): { foreign: number; fits: boolean } {
  const foreign = Object.keys(foreignTags(current)).length;
  return { foreign, fits: foreign + OURS.size <= MAX_TAGS };
}

/** What a new version must take over from the one that stands there, or null when there is nothing. */
export function carriedFrom(item: VaultItem): CarriedProperties | null {
  const tags = foreignTags(item.tags);
  const { contentType, notBefore, expires } = item;
  if (
    Object.keys(tags).length === 0 &&
    contentType === undefined &&
    notBefore === undefined &&
    expires === undefined
  )
    return null;
  return { tags, contentType, notBefore, expires };
}

/** Whether two secrets have the same to take over. */
export function carriesSame(one: CarriedProperties | null, other: CarriedProperties | null): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(carried: CarriedProperties | null): unknown {
  if (carried === null) return null;
  const { tags, contentType, notBefore, expires } = carried;
  const sorted = Object.entries(tags).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [sorted, contentType ?? null, notBefore ?? null, expires ?? null];
}

function foreignTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !OURS.has(name)));
}

function writeMark(epoch: number, fingerprint: string): string {
  return `${epoch}.${fingerprint.slice(0, FINGERPRINT_DIGITS)}`;
}

/** Whose a vault secret is, by its tags. */
export type Owner =
  | { readonly kind: "this-sync"; readonly secretId: string | undefined; readonly write: Write | undefined }
  | { readonly kind: "other-sync"; readonly syncId: string }
  | { readonly kind: "nobody" };

/** A write of ours, as its tag tells it. */
export type Write = Readonly<{ epoch: number; fingerprintStart: string }>;

export function ownerOf(
  { tags }: Readonly<{ tags: Readonly<Record<string, string>> }>,
  syncId: string,
): Owner {
  const owner = tags[SYNC];
  if (!isManagedByUs(tags) || owner === undefined) return { kind: "nobody" };
  if (owner !== syncId) return { kind: "other-sync", syncId: owner };
  const [, epoch, fingerprintStart] = /^(\d+)\.([0-9a-f]+)$/.exec(tags[WRITE] ?? "") ?? [];
  const write =
    epoch === undefined || fingerprintStart === undefined
      ? undefined
      : { epoch: Number(epoch), fingerprintStart };
  return { kind: "this-sync", secretId: tags[SECRET], write };
}

/** Which write of a sync made a version, as its tag tells; undefined where it wasn't that sync, or doesn't say. */
export function markOf(
  version: Readonly<{ tags: Readonly<Record<string, string>> }>,
  syncId: string,
): Write | undefined {
  const owner = ownerOf(version, syncId);
  return owner.kind === "this-sync" ? owner.write : undefined;
}

/** Whether two versions were made by one write. */
export function isSameMark(one: Write | undefined, other: Write): boolean {
  return one?.epoch === other.epoch && one.fingerprintStart === other.fingerprintStart;
}

/** Whether some sync of this system made the secret. */
export function isManagedByUs(tags: Readonly<Record<string, string>>): boolean {
  return tags[MANAGED_BY] === "enkryptify";
}

/** Whether a write of ours wrote the value with this fingerprint. */
export function wrote(write: Write | undefined, fingerprint: string): boolean {
  return (
    write !== undefined &&
    fingerprint.startsWith(write.fingerprintStart) &&
    write.fingerprintStart.length === FINGERPRINT_DIGITS
  );
}
