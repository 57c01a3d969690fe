import { EnvironmentKey, SealError, type KeyEncryptionKey } from "@kvsync/keys";
import { readSealedValues, readWrappedDataKey, type Database, type SealedValue } from "@kvsync/store";
import { LRUCache } from "lru-cache";

/** A value in memory, or why there is none: it vanished at the source meanwhile, or can't be decrypted. */
export type OpenedValue =
  | { readonly found: "value"; readonly value: string; readonly fingerprint: string }
  | { readonly found: "gone" }
  | { readonly found: "unreadable" };

/** Unwrapped data keys of environments, so that a cloud's key service isn't asked for each run. */
export class EnvironmentKeys {
  readonly #database: Database;
  readonly #keyEncryptionKey: KeyEncryptionKey;
  readonly #cache = new LRUCache<string, EnvironmentKey>({ max: 1_000, ttl: 15 * 60_000 });

  constructor(database: Database, keyEncryptionKey: KeyEncryptionKey) {
    this.#database = database;
    this.#keyEncryptionKey = keyEncryptionKey;
  }

  /** Null when the environment has no key, and so no values. @throws {SealError} */
  async get(environmentId: string): Promise<EnvironmentKey | null> {
    const cached = this.#cache.get(environmentId);
    if (cached !== undefined) return cached;
    const wrapped = await readWrappedDataKey(this.#database, environmentId);
    if (wrapped === null) return null;
    const key = await EnvironmentKey.unwrap(this.#keyEncryptionKey, environmentId, wrapped);
    this.#cache.set(environmentId, key);
    return key;
  }
}

const CHUNK = 64;

/**
 * Reads the values of a run's writes: the ciphertexts a chunk ahead, each decrypted only when it is about to be written.
 * The secrets are asked for in the order given, by several writers at once.
 */
export class ValueReader {
  readonly #read: (secretIds: readonly string[]) => Promise<readonly SealedValue[]>;
  readonly #key: () => Promise<EnvironmentKey | null>;
  readonly #secretIds: readonly string[];
  readonly #chunks = new Map<number, Promise<ReadonlyMap<string, SealedValue>>>();

  constructor(
    database: Database,
    keys: EnvironmentKeys,
    environmentId: string,
    secretIds: readonly string[],
  ) {
    this.#read = (ids) => readSealedValues(database, environmentId, ids);
    this.#key = () => keys.get(environmentId);
    this.#secretIds = secretIds;
  }

  /** @param index the secret's place in the order given */
  async open(index: number): Promise<OpenedValue> {
    const secretId = this.#secretIds[index];
    if (secretId === undefined) throw new RangeError(`there is no secret ${index}`);
    const chunk = Math.floor(index / CHUNK);
    const values = await this.#load(chunk);
    this.#load(chunk + 1).catch(() => undefined);
    this.#chunks.delete(chunk - 2);
    const sealed = values.get(secretId);
    if (sealed === undefined) return { found: "gone" };
    try {
      const key = await this.#key();
      if (key === null) return { found: "unreadable" };
      return {
        found: "value",
        value: key.decrypt(secretId, sealed.ciphertext),
        fingerprint: sealed.fingerprint,
      };
    } catch (error) {
      if (error instanceof SealError) return { found: "unreadable" };
      throw error;
    }
  }

  #load(chunk: number): Promise<ReadonlyMap<string, SealedValue>> {
    const loading = this.#chunks.get(chunk);
    if (loading !== undefined) return loading;
    const ids = this.#secretIds.slice(chunk * CHUNK, (chunk + 1) * CHUNK);
    const values =
      ids.length === 0
        ? Promise.resolve(new Map<string, SealedValue>())
        : this.#read(ids).then((rows) => new Map(rows.map((row) => [row.secretId, row])));
    this.#chunks.set(chunk, values);
    return values;
  }
}
