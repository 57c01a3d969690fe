import { ApiError } from "@kvsync/contracts";
import { SealError, type EnvironmentKeyRing } from "@kvsync/keys";
import type { Logger } from "@kvsync/runtime";
import type { SecretRow, StoredPersonalValue, StoredValue } from "@kvsync/store";

/** Where a value belongs: a shared one, or a member's own. */
export type ValuePlace = Readonly<{ secretId: string; environmentId: string; memberId?: string }>;

/** The only place where values are sealed and opened. */
export class SealedValues {
  readonly #environmentKeys: EnvironmentKeyRing;
  readonly #logger: Logger;

  constructor(environmentKeys: EnvironmentKeyRing, logger: Logger) {
    this.#environmentKeys = environmentKeys;
    this.#logger = logger;
  }

  /** Makes the keys of these environments, before a transaction: a key's row must outlive one that is undone. */
  async prepare(environmentIds: Iterable<string>): Promise<void> {
    for (const environmentId of environmentIds) await this.#environmentKeys.get(environmentId);
  }

  async seal(secretId: string, environmentId: string, value: string): Promise<StoredValue> {
    const sealed = await this.#seal({ secretId, environmentId }, value);
    return { secretId, environmentId, ...sealed, length: value.length };
  }

  async sealPersonal(place: Required<ValuePlace>, value: string): Promise<StoredPersonalValue> {
    return { ...place, ...(await this.#seal(place, value)) };
  }

  /** The fingerprint that a value would have as a secret's shared value. */
  async fingerprint(secretId: string, environmentId: string, value: string): Promise<Uint8Array> {
    return (await this.#environmentKeys.get(environmentId)).fingerprint(secretId, value);
  }

  /**
   * A value in the clear. One that can't be read fails the whole list: leaving it out would start an application
   * without it, and let a client that writes back what it read remove it.
   *
   * @throws {ApiError} 500 `VALUE_UNREADABLE`, naming the secret and its id, with which it can be mended
   */
  async open({ name }: Pick<SecretRow, "name">, place: ValuePlace, ciphertext: Uint8Array): Promise<string> {
    const { secretId, environmentId } = place;
    try {
      return (await this.#environmentKeys.get(environmentId)).decrypt(contextOf(place), ciphertext);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      this.#logger.error({ err: error, secretId, environmentId }, "a value can't be decrypted");
      throw new ApiError(
        500,
        "VALUE_UNREADABLE",
        `The stored value of ${name} can't be decrypted. Set it anew, or delete it: its id is ${secretId}.`,
      );
    }
  }

  async #seal(place: ValuePlace, value: string): Promise<Pick<StoredValue, "ciphertext" | "fingerprint">> {
    const key = await this.#environmentKeys.get(place.environmentId);
    const context = contextOf(place);
    return { ciphertext: key.encrypt(context, value), fingerprint: key.fingerprint(context, value) };
  }
}

/** What a ciphertext is bound to: a personal value opens nowhere else, not even as the shared one. */
const contextOf = ({ secretId, memberId }: ValuePlace): string =>
  memberId === undefined ? secretId : `${secretId}:${memberId}`;
