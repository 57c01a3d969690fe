import { SealError, type EnvironmentKey, type EnvironmentKeyRing } from "@kvsync/keys";
import { readSealedValues, type Database, type SealedValue } from "@kvsync/store";

/** A value in memory, or why there is none: it can't be decrypted. */
export type OpenedValue =
  | { readonly found: "value"; readonly value: string; readonly fingerprint: string }
  | { readonly found: "unreadable" };

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
    keys: EnvironmentKeyRing<null>,
    environmentId: string,
    secretIds: readonly string[],
  ) {
    this.#read = (ids) => readSealedValues(database, environmentId, ids);
    this.#key = () => keys.get(environmentId);
    this.#secretIds = secretIds;
  }

  /**
   * The ciphertext of a value, or undefined when it vanished at the source meanwhile.
   *
   * @param index the secret's place in the order given
   */
  async find(index: number): Promise<SealedValue | undefined> {
    const secretId = this.#secretIds[index];
    if (secretId === undefined) throw new RangeError(`there is no secret ${index}`);
    const chunk = Math.floor(index / CHUNK);
    const values = await this.#load(chunk);
    this.#load(chunk + 1).catch(() => undefined);
    this.#chunks.delete(chunk - 2);
    return values.get(secretId);
  }

  /** Reads a value in the clear. Only after its name was claimed: from then on the audit log tells of the run. */
  async open({ secretId, ciphertext, fingerprint }: SealedValue): Promise<OpenedValue> {
    try {
      const key = await this.#key();
      if (key === null) return { found: "unreadable" };
      return { found: "value", value: key.decrypt(secretId, ciphertext), fingerprint };
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
