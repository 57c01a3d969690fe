/** A secret as a list page shows it: everything but its value. */
export type VaultItem = Readonly<{
  /** The name in the case the vault tells. */
  name: string;
  enabled: boolean;
  /** It belongs to a certificate; Key Vault manages it itself. */
  managed: boolean;
  /** Unix seconds, of the current version. */
  updated: number;
  contentType: string | undefined;
  /** Unix seconds. */
  notBefore: number | undefined;
  /** Unix seconds. */
  expires: number | undefined;
  tags: Readonly<Record<string, string>>;
}>;

/** A version of a secret, without its value. */
export type VaultVersion = VaultItem &
  Readonly<{
    version: string;
    /** Unix seconds. */
    created: number;
  }>;

/** A deleted secret that can still be recovered, and that holds its name until then. */
export type DeletedItem = Readonly<{
  name: string;
  /** As it was when it was deleted, and will be again when it is recovered. */
  enabled: boolean;
  tags: Readonly<Record<string, string>>;
}>;

/** What goes into a new version beside the value. Key Vault carries nothing over from the version before. */
export type VersionProperties = Readonly<{
  tags: Readonly<Record<string, string>>;
  contentType?: string | undefined;
  /** Unix seconds. */
  notBefore?: number | undefined;
  /** Unix seconds. */
  expires?: number | undefined;
  /** True by default, whatever the version before is. */
  enabled?: boolean | undefined;
}>;

/** The vault's receipt of a write. `updated` is in Unix seconds. */
export type Written = Readonly<{ version: string; updated: number; requestId: string | undefined }>;

/** What a list waits for before each page. What it throws, the list throws. */
export type BeforePage = () => Promise<void>;

/**
 * A Key Vault's secrets, as a sync uses them. No method reads a value, so the identity needs no `get` permission.
 * Reads are tried again by themselves a few times; a write is one attempt, and trying again is the caller's business. Each
 * request has a time limit. Every error is a `FailureError`, but an aborted signal makes each method throw its reason,
 * whether or not the request under way took effect. Names are not case-sensitive.
 */
export interface Vault {
  /**
   * All secrets, a page at a time (25 at the most), deleted ones not among them. A page may be empty.
   *
   * @param beforePage awaited before the request for each page
   */
  list(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly VaultItem[]>;
  /** The versions of a secret, in no order of time; none when there is no such secret. */
  versions(name: string, signal: AbortSignal): Promise<readonly VaultVersion[]>;
  /** Writes a new version. Fails with `VAULT_SECRET_DELETED` where a deleted secret holds the name. */
  set(name: string, value: string, properties: VersionProperties, signal: AbortSignal): Promise<Written>;
  /** Begins the deletion. A secret that isn't there counts as deleted. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Whether the secret is deleted, and the deletion is done: it can be recovered or purged now. */
  isDeleted(name: string, signal: AbortSignal): Promise<boolean>;
  /** All deleted secrets that can be recovered, as {@link Vault.list} lists the others. */
  listDeleted(signal: AbortSignal, beforePage?: BeforePage): AsyncIterable<readonly DeletedItem[]>;
  /** The deleted secret of this name, or null when there is none. */
  findDeleted(name: string, signal: AbortSignal): Promise<DeletedItem | null>;
  /** Begins the recovery of a deleted secret. */
  recover(name: string, signal: AbortSignal): Promise<void>;
  /** Removes a deleted secret for good. A secret that isn't there counts as purged. */
  purge(name: string, signal: AbortSignal): Promise<void>;
}
