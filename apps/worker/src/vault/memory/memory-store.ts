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
};

export type MemoryPhase = "live" | "deleting" | "deleted" | "recovering";

export type MemoryTiming = Readonly<{
  /** Unix milliseconds. */
  now: () => number;
  /** How long deletion and recovery take, in milliseconds. */
  deleteMs: number;
  recoverMs: number;
}>;

/** Upper case, as Key Vault orders and compares names. */
export const keyOf = (name: string): string => name.toUpperCase();

/** What a vault holds, and what somebody else than the sync does to it. */
export class MemoryStore {
  readonly #secrets = new Map<string, MemorySecret>();
  readonly #timing: MemoryTiming;
  #sequence = 0;

  constructor(timing: MemoryTiming) {
    this.#timing = timing;
  }

  find(name: string): MemorySecret | undefined {
    return this.#secrets.get(keyOf(name));
  }

  phaseOf(secret: MemorySecret): MemoryPhase {
    const settled = secret.settlesAt <= this.#timing.now();
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
    return this.#inOrder((secret) => this.phaseOf(secret) === "live");
  }

  deleted(): MemorySecret[] {
    return this.#inOrder((secret) => this.phaseOf(secret) === "deleted");
  }

  addVersion(name: string, value: string, properties: VersionProperties): MemoryVersion {
    const now = this.#seconds();
    const { tags, contentType, notBefore, expires } = properties;
    const version: MemoryVersion = {
      version: this.#id(),
      value,
      enabled: true,
      created: now,
      updated: now,
      contentType,
      notBefore,
      expires,
      tags: { ...tags },
    };
    const known = this.find(name);
    if (known === undefined)
      this.#secrets.set(keyOf(name), {
        name,
        managed: false,
        versions: [version],
        isDeleted: false,
        settlesAt: 0,
      });
    else known.versions.push(version);
    return version;
  }

  remove(secret: MemorySecret): void {
    secret.isDeleted = true;
    secret.settlesAt = this.#timing.now() + this.#timing.deleteMs;
  }

  recover(secret: MemorySecret): void {
    secret.isDeleted = false;
    secret.settlesAt = this.#timing.now() + this.#timing.recoverMs;
  }

  purge(secret: MemorySecret): void {
    this.#secrets.delete(keyOf(secret.name));
  }

  /** Somebody else changes what is around the current version's value: no new version. */
  amend(
    name: string,
    change: Partial<Pick<MemoryVersion, "enabled" | "tags" | "contentType" | "expires">>,
  ): void {
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

  /** The current value of a living secret, for tests. */
  peek(name: string): string | undefined {
    const secret = this.find(name);
    return secret === undefined || secret.isDeleted ? undefined : this.currentOf(secret).value;
  }

  nextRequestId(): string {
    this.#sequence += 1;
    return `request-${this.#sequence}`;
  }

  #inOrder(isWanted: (secret: MemorySecret) => boolean): MemorySecret[] {
    return [...this.#secrets]
      .filter(([, secret]) => isWanted(secret))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, secret]) => secret);
  }

  #seconds(): number {
    return Math.floor(this.#timing.now() / 1000);
  }

  /** Ids don't tell which version came first. */
  #id(): string {
    this.#sequence += 1;
    return createHash("md5").update(String(this.#sequence)).digest("hex");
  }
}
