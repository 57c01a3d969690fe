import type { Entry, Record } from "../journal/entry.ts";
import { OrderedNames } from "./ordered-names.ts";
import { putVersion, type Secret, type SecretHead, type SecretPhase, type SecretVersion } from "./secret.ts";

/** How many names one page looks at before it ends early, as Key Vault's pages do, too. */
const MAX_SCANNED = 2000;

/** The upper-cased name, by which a secret is found and ordered. */
export function keyOf(name: string): string {
  return name.toUpperCase();
}

export type Page = Readonly<{
  secrets: readonly Secret[];
  /** The key to go on after; undefined at the end. */
  next: string | undefined;
}>;

/** A secret to come; its versions have different ids, and the last is its current one. */
export type NewSecret = Readonly<{
  name: string;
  versions: readonly [SecretVersion, ...SecretVersion[]];
  managedBy?: string | undefined;
}>;

/**
 * The secrets of one vault with their versions and phases. Names are found whatever their case. What the clock has
 * ended (the retention of a deleted secret, the pause after a purge) is taken away when it is next looked at.
 */
export class SecretStore {
  readonly #vault: string;
  readonly #record: Record;
  readonly #secrets = new Map<string, Secret>();
  readonly #active = new OrderedNames();
  readonly #deleted = new OrderedNames();
  /** Keys of purged secrets, the longest gone first. */
  #purged: string[] = [];

  /** @param vault the vault's name in lower case, under which changes are recorded */
  constructor(vault: string, record: Record) {
    this.#vault = vault;
    this.#record = record;
  }

  /** @param now milliseconds since 1970 */
  get(name: string, now: number): Secret | undefined {
    const key = keyOf(name);
    const secret = this.#secrets.get(key);
    if (secret === undefined) return undefined;
    if (!hasEnded(secret.head.phase, now)) return secret;
    this.#remove(key);
    return undefined;
  }

  /** Adds secrets whose names are free. Many at once cost one sort and one journal entry. */
  add(additions: readonly NewSecret[]): void {
    const keys: string[] = [];
    const entries: Entry[] = [];
    for (const { name, versions, managedBy } of additions) {
      const key = keyOf(name);
      const current = versions.at(-1) ?? versions[0];
      const head: SecretHead = {
        name,
        phase: { phase: "active", readyAt: 0 },
        currentVersion: current.id,
        ...(managedBy === undefined ? {} : { managedBy }),
      };
      const secret: Secret = { head, current, versions: [] };
      for (const version of versions) putVersion(secret, version);
      this.#secrets.set(key, secret);
      keys.push(key);
      entries.push(...this.#entriesOf(key, secret));
    }
    if (keys.length > 100) this.#active.addAll(keys);
    else for (const key of keys) this.#active.add(key);
    this.#record(entries);
  }

  /** Makes the version the current one. */
  addVersion(secret: Secret, version: SecretVersion): void {
    putVersion(secret, version);
    secret.current = version;
    secret.head = { ...secret.head, currentVersion: version.id };
    const key = keyOf(secret.head.name);
    this.#record([
      { type: "secretVersion", vault: this.#vault, key, version },
      { type: "secret", vault: this.#vault, key, head: secret.head },
    ]);
  }

  /** Replaces the version with the same id. */
  replaceVersion(secret: Secret, version: SecretVersion): void {
    putVersion(secret, version);
    if (secret.current.id === version.id) secret.current = version;
    this.#record([{ type: "secretVersion", vault: this.#vault, key: keyOf(secret.head.name), version }]);
  }

  setPhase(secret: Secret, phase: SecretPhase, now: number): void {
    const key = keyOf(secret.head.name);
    secret.head = { ...secret.head, phase };
    if (phase.phase === "active") this.#active.add(key);
    else this.#active.delete(key);
    if (phase.phase === "deleted") this.#deleted.add(key);
    else this.#deleted.delete(key);
    if (phase.phase === "purged") {
      secret.versions.length = 0;
      this.#purged.push(key);
    }
    this.#record([{ type: "secret", vault: this.#vault, key, head: secret.head }]);
    this.#forgetPurged(now);
  }

  /** Secrets that can be seen in the list, in order of their keys, from the one after `after`. */
  activePage(after: string, limit: number, now: number): Page {
    return this.#page(
      this.#active,
      after,
      limit,
      ({ phase }) => phase.phase === "active" && phase.readyAt <= now,
    );
  }

  /** Deleted secrets that can be seen. */
  deletedPage(after: string, limit: number, now: number): Page {
    return this.#page(
      this.#deleted,
      after,
      limit,
      ({ phase }) => phase.phase === "deleted" && phase.readyAt <= now && phase.purgeAt > now,
    );
  }

  counts(): Readonly<{ active: number; deleted: number }> {
    return { active: this.#active.size, deleted: this.#deleted.size };
  }

  /** Everything that is to survive, as entries that {@link restore} understands. */
  *entries(now: number): Generator<Entry> {
    for (const [key, secret] of this.#secrets) {
      if (!hasEnded(secret.head.phase, now)) yield* this.#entriesOf(key, secret);
    }
  }

  /** Takes one entry over at start. {@link reindex} must follow the last one. */
  restore(entry: Extract<Entry, { type: "secret" | "secretVersion" | "secretRemoved" }>): void {
    if (entry.type === "secretRemoved") {
      this.#secrets.delete(entry.key);
      return;
    }
    const known = this.#secrets.get(entry.key);
    if (entry.type === "secretVersion") {
      if (known !== undefined) putVersion(known, entry.version);
      else {
        const head: SecretHead = {
          name: entry.key,
          phase: { phase: "active", readyAt: 0 },
          currentVersion: entry.version.id,
        };
        this.#secrets.set(entry.key, { head, current: entry.version, versions: [entry.version] });
      }
      return;
    }
    if (known === undefined) return;
    known.head = entry.head;
    if (entry.head.phase.phase === "purged") known.versions.length = 0;
  }

  reindex(): void {
    const keys = (phase: SecretPhase["phase"]): string[] =>
      [...this.#secrets].filter(([, { head }]) => head.phase.phase === phase).map(([key]) => key);
    for (const secret of this.#secrets.values()) {
      secret.current = secret.versions.find(({ id }) => id === secret.head.currentVersion) ?? secret.current;
    }
    this.#active.addAll(keys("active"));
    this.#deleted.addAll(keys("deleted"));
    this.#purged = keys("purged");
  }

  *#entriesOf(key: string, { head, versions }: Secret): Generator<Entry> {
    for (const version of versions) yield { type: "secretVersion", vault: this.#vault, key, version };
    yield { type: "secret", vault: this.#vault, key, head };
  }

  #page(names: OrderedNames, after: string, limit: number, isVisible: (head: SecretHead) => boolean): Page {
    const secrets: Secret[] = [];
    const start = after === "" ? 0 : names.indexAfter(after);
    let index = start;
    for (; index < names.size && secrets.length < limit && index - start < MAX_SCANNED; index += 1) {
      const secret = this.#secrets.get(names.at(index) ?? "");
      if (secret !== undefined && isVisible(secret.head)) secrets.push(secret);
    }
    return { secrets, next: index < names.size ? names.at(index - 1) : undefined };
  }

  #forgetPurged(now: number): void {
    const stillHeld = this.#purged.findIndex((key) => {
      const phase = this.#secrets.get(key)?.head.phase;
      return phase?.phase === "purged" && phase.freeAt > now;
    });
    const gone = this.#purged.splice(0, stillHeld === -1 ? this.#purged.length : stillHeld);
    for (const key of gone) {
      if (this.#secrets.get(key)?.head.phase.phase === "purged") this.#remove(key);
    }
  }

  #remove(key: string): void {
    this.#secrets.delete(key);
    this.#active.delete(key);
    this.#deleted.delete(key);
    this.#record([{ type: "secretRemoved", vault: this.#vault, key }]);
  }
}

function hasEnded(phase: SecretPhase, now: number): boolean {
  return (
    (phase.phase === "deleted" && phase.purgeAt <= now) || (phase.phase === "purged" && phase.freeAt <= now)
  );
}
