import { createHmac, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import type { KeyEncryptionKey } from "./key-encryption-key.ts";
import { open, seal, secretKeyOf } from "./sealing.ts";

const wrapContext = (environmentId: string): string => `data-key:${environmentId}`;
const valueContext = (environmentId: string, secretId: string): string =>
  `value:${environmentId}:${secretId}`;

/** A new data-encryption key for an environment, wrapped. */
export async function createWrappedEnvironmentKey(
  keyEncryptionKey: KeyEncryptionKey,
  environmentId: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return keyEncryptionKey.wrap(randomBytes(32), wrapContext(environmentId));
}

/**
 * The data-encryption key (DEK) of one environment, in memory. It encrypts values, each bound to its row, and makes
 * fingerprints, with a key of their own derived from the DEK.
 */
export class EnvironmentKey {
  readonly #environmentId: string;
  readonly #dataKey: KeyObject;
  readonly #fingerprintKey: KeyObject;

  private constructor(environmentId: string, dataKey: Uint8Array) {
    this.#environmentId = environmentId;
    this.#dataKey = secretKeyOf(dataKey);
    this.#fingerprintKey = secretKeyOf(
      new Uint8Array(hkdfSync("sha256", dataKey, "", "kvsync fingerprint", 32)),
    );
  }

  /** @throws {SealError} when the key was wrapped for another environment or by another key-encryption key */
  static async unwrap(
    keyEncryptionKey: KeyEncryptionKey,
    environmentId: string,
    wrapped: Uint8Array,
  ): Promise<EnvironmentKey> {
    return new EnvironmentKey(
      environmentId,
      await keyEncryptionKey.unwrap(wrapped, wrapContext(environmentId)),
    );
  }

  encrypt(secretId: string, value: string): Uint8Array<ArrayBuffer> {
    return seal(this.#dataKey, Buffer.from(value), valueContext(this.#environmentId, secretId));
  }

  /** @throws {SealError} when the ciphertext was altered or belongs to another secret or environment */
  decrypt(secretId: string, ciphertext: Uint8Array): string {
    return open(this.#dataKey, ciphertext, valueContext(this.#environmentId, secretId)).toString();
  }

  /**
   * A keyed digest (HMAC-SHA-256) of secret id and value: two are equal exactly when the value is, and equal values of
   * different secrets don't show.
   */
  fingerprint(secretId: string, value: string): Uint8Array<ArrayBuffer> {
    const digest = createHmac("sha256", this.#fingerprintKey)
      .update(secretId)
      .update("\0")
      .update(value)
      .digest();
    return new Uint8Array(digest);
  }
}
