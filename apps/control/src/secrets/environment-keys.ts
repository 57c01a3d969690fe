import { createWrappedEnvironmentKey, EnvironmentKey, type KeyEncryptionKey } from "@kvsync/keys";
import { ensureWrappedDataKey, type Database } from "@kvsync/store";
import { LRUCache } from "lru-cache";

/** The data keys of environments, unwrapped in memory, made at the first use of an environment. */
export class EnvironmentKeyRing {
  readonly #database: Database;
  readonly #keyEncryptionKey: KeyEncryptionKey;
  readonly #cache = new LRUCache<string, EnvironmentKey>({ max: 1_000, ttl: 15 * 60_000 });

  constructor(database: Database, keyEncryptionKey: KeyEncryptionKey) {
    this.#database = database;
    this.#keyEncryptionKey = keyEncryptionKey;
  }

  /** @throws {SealError} when another key-encryption key wrapped it */
  async get(environmentId: string): Promise<EnvironmentKey> {
    const cached = this.#cache.get(environmentId);
    if (cached !== undefined) return cached;
    const wrapped = await ensureWrappedDataKey(this.#database, environmentId, async () => ({
      wrappedKey: await createWrappedEnvironmentKey(this.#keyEncryptionKey, environmentId),
      keyEncryptionKeyId: this.#keyEncryptionKey.id,
    }));
    const key = await EnvironmentKey.unwrap(this.#keyEncryptionKey, environmentId, wrapped);
    this.#cache.set(environmentId, key);
    return key;
  }
}
