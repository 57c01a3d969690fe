/** One version of a secret. Times are whole seconds since 1970. */
export type SecretVersion = Readonly<{
  /** 32 lower-case hexadecimal digits. */
  id: string;
  value: string;
  contentType?: string;
  tags?: Readonly<Record<string, string>>;
  enabled: boolean;
  notBefore?: number;
  expires?: number;
  created: number;
  updated: number;
}>;

/**
 * Where a secret is in its life. All times are milliseconds since 1970 by the emulator's clock, so that a phase is
 * entered by the clock alone.
 *
 * - `active` until deleted; before `readyAt` it is still being recovered.
 * - `deleted` until `purgeAt`; before `readyAt` it is still being deleted and not to be seen anywhere.
 * - `purged`: gone, but before `freeAt` the name can't be used.
 */
export type SecretPhase =
  | Readonly<{ phase: "active"; readyAt: number }>
  | Readonly<{ phase: "deleted"; deletedAt: number; readyAt: number; purgeAt: number }>
  | Readonly<{ phase: "purged"; freeAt: number }>;

/** What is true of a secret beside its versions. */
export type SecretHead = Readonly<{
  /** With the letters' case of the first write. */
  name: string;
  phase: SecretPhase;
  currentVersion: string;
  /** The key of the certificate that the secret belongs to; such a secret can't be set or deleted. */
  managedBy?: string;
}>;

export type Secret = {
  head: SecretHead;
  current: SecretVersion;
  /** Ordered by id, as they are listed. */
  readonly versions: SecretVersion[];
};

/** Where a version with this id stands in the list, or where it belongs. */
export function versionIndex(versions: readonly SecretVersion[], id: string): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle]?.id ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function findVersion(secret: Secret, id: string): SecretVersion | undefined {
  const found = secret.versions[versionIndex(secret.versions, id)];
  return found?.id === id ? found : undefined;
}

/** Adds the version, or replaces the one with the same id. */
export function putVersion(secret: Secret, version: SecretVersion): void {
  const index = versionIndex(secret.versions, version.id);
  secret.versions.splice(index, secret.versions[index]?.id === version.id ? 1 : 0, version);
}
