import { LRUCache } from "lru-cache";
import { EnvironmentKey } from "./environment-key.ts";
import type { KeyEncryptionKey } from "./key-encryption-key.ts";

/** How many keys are kept in memory, and for how long (ms). */
const KEPT = { max: 1_000, ttl: 15 * 60_000 };

/**
 * The data keys of environments, unwrapped and kept in memory for a while, so that a cloud's key service isn't asked for
 * each value.
 *
 * @typeParam Absent null where an environment may have no key yet, never where `load` makes one
 */
export class EnvironmentKeyRing<Absent extends null = never> {
  readonly #keyEncryptionKey: KeyEncryptionKey;
  readonly #load: (environmentId: string) => Promise<Uint8Array | Absent>;
  readonly #kept = new LRUCache<string, EnvironmentKey>(KEPT);

  /** @param load gives the wrapped key as it is stored */
  constructor(
    keyEncryptionKey: KeyEncryptionKey,
    load: (environmentId: string) => Promise<Uint8Array | Absent>,
  ) {
    this.#keyEncryptionKey = keyEncryptionKey;
    this.#load = load;
  }

  /** @throws {SealError} when another key-encryption key wrapped it */
  async get(environmentId: string): Promise<EnvironmentKey | Absent> {
    const kept = this.#kept.get(environmentId);
    if (kept !== undefined) return kept;
    const wrapped = await this.#load(environmentId);
    if (wrapped === null) return wrapped;
    const key = await EnvironmentKey.unwrap(this.#keyEncryptionKey, environmentId, wrapped);
    this.#kept.set(environmentId, key);
    return key;
  }
}
