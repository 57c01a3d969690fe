import { createHash } from "node:crypto";
import type { VersionProperties } from "../port.ts";

/** A version as the vault holds it. Times are Unix seconds. */
export type MemoryVersion = Readonly<{
  version: string;
  value: string;
  enabled: boolean;
  created: number;
  updated: number;
  contentType: string | undefined;
  notBefore: number | undefined;
  expires: number | undefined;
  tags: Readonly<Record<string, string>>;
  /** Whose write made it. */
  by: string;
}>;

export type MemorySecret = {
  /** In the case of its first version. */
  readonly name: string;
  managed: boolean;
  /** Oldest first; the last is the current one. */
  versions: MemoryVersion[];
  isDeleted: boolean;
  /** When deletion or recovery is done, in milliseconds. */
  settlesAt: number;
  /** When a deleted secret's retention ends, in milliseconds. */
  endsAt: number;
};

/** What can be changed without a new version; tags are replaced as a set. */
export type Amendment = Partial<
  Pick<MemoryVersion, "enabled" | "tags" | "contentType" | "notBefore" | "expires">
>;

export type MemoryPhase = "live" | "deleting" | "deleted" | "recovering";

export type MemorySettings = Readonly<{
  /** Unix milliseconds. */
  now: () => number;
  /** How long deletion and recovery take, in milliseconds. */
  deleteMs: number;
  recoverMs: number;
  /** How long a purged secret's name can't be used yet, in milliseconds; 0 by default. */
  purgeMs?: number;
  /** 90 by default. */
  retentionDays?: number;
  /** Whether the vault refuses every purge. */
  isPurgeProtected?: boolean;
}>;

const DAY_MS = 86_400_000;

/** Upper case, as Key Vault orders and compares names. */
export const keyOf = (name: string): string => name.toUpperCase();

/**
 * What a vault holds, and what somebody else than the sync does to it. Nothing is refused here: what Key Vault refuses
 * stands in `rules.ts`.
 */
export class MemoryStore {
  readonly #secrets = new Map<string, MemorySecret>();
  /** Until when the names of purged secrets can't be used, in milliseconds. */
  readonly #heldNames = new Map<string, number>();
  readonly #settings: MemorySettings;
  #sequence = 0;

  constructor(settings: MemorySettings) {
    this.#settings = settings;
  }

  get isPurgeProtected(): boolean {
    return this.#settings.isPurgeProtected ?? false;
  }

  find(name: string): MemorySecret | undefined {
    const secret = this.#secrets.get(keyOf(name));
    return secret === undefined || this.#hasEnded(secret) ? undefined : secret;
  }

  /** Whether the name is that of a secret purged a moment ago, and can't be used yet. */
  isHeld(name: string): boolean {
    return (this.#heldNames.get(keyOf(name)) ?? 0) > this.#settings.now();
  }

  phaseOf(secret: MemorySecret): MemoryPhase {
    const settled = secret.settlesAt <= this.#settings.now();
    if (secret.isDeleted) return settled ? "deleted" : "deleting";
    return settled ? "live" : "recovering";
  }

  currentOf(secret: MemorySecret): MemoryVersion {
    const current = secret.versions.at(-1);
    if (current === undefined) throw new RangeError("a secret has a version");
    return current;
  }

  /** What a list shows, in the order of a list. */
  live(): MemorySecret[] {
    return this.all().filter((secret) => this.phaseOf(secret) === "live");
  }

  deleted(): MemorySecret[] {
    return this.all().filter((secret) => this.phaseOf(secret) === "deleted");
  }

  /** Everything, in whatever phase, in the order of a list. */
  all(): MemorySecret[] {
    return [...this.#secrets]
      .filter(([, secret]) => !this.#hasEnded(secret))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, secret]) => secret);
  }

  /** A version that takes nothing over from the one before. */
  addVersion(
    name: string,
    value: string,
    properties: VersionProperties,
    by = "somebody else",
  ): MemoryVersion {
    const now = this.#seconds();
    const { tags, contentType, notBefore, expires, enabled = true } = properties;
    const version: MemoryVersion = {
      version: this.#id(),
      value,
      enabled,
      created: now,
      updated: now,
      contentType,
      notBefore,
      expires,
      tags: { ...tags },
      by,
    };
    const known = this.find(name);
    if (known === undefined)
      this.#secrets.set(keyOf(name), {
        name,
        managed: false,
        versions: [version],
        isDeleted: false,
        settlesAt: 0,
        endsAt: Infinity,
      });
    else known.versions.push(version);
    return version;
  }

  remove(secret: MemorySecret): void {
    secret.isDeleted = true;
    secret.settlesAt = this.#settings.now() + this.#settings.deleteMs;
    secret.endsAt = this.#settings.now() + (this.#settings.retentionDays ?? 90) * DAY_MS;
  }

  recover(secret: MemorySecret): void {
    secret.isDeleted = false;
    secret.settlesAt = this.#settings.now() + this.#settings.recoverMs;
    secret.endsAt = Infinity;
  }

  purge(secret: MemorySecret): void {
    this.#secrets.delete(keyOf(secret.name));
    this.#heldNames.set(keyOf(secret.name), this.#settings.now() + (this.#settings.purgeMs ?? 0));
  }

  /** Somebody else changes what is around the current version's value: no new version. */
  amend(name: string, change: Amendment): void {
    const secret = this.find(name);
    if (secret === undefined) return;
    const current = { ...this.currentOf(secret), ...change, updated: this.#seconds() };
    secret.versions.splice(-1, 1, current);
  }

  /** Somebody makes it part of a certificate. */
  setManaged(name: string): void {
    const secret = this.find(name);
    if (secret !== undefined) secret.managed = true;
  }

  /** The current value of a secret that isn't deleted, for tests. */
  peek(name: string): string | undefined {
    const secret = this.find(name);
    return secret === undefined || secret.isDeleted ? undefined : this.currentOf(secret).value;
  }

  #hasEnded({ isDeleted, endsAt }: MemorySecret): boolean {
    return isDeleted && endsAt <= this.#settings.now();
  }

  #seconds(): number {
    return Math.floor(this.#settings.now() / 1000);
  }

  /** Ids don't tell which version came first. */
  #id(): string {
    this.#sequence += 1;
    return createHash("md5").update(String(this.#sequence)).digest("hex");
  }
}
