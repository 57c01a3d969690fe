import type { KeyEncryptionKey } from "@kvsync/keys";
import { unwrapSigningKey } from "@kvsync/keys";
import { findActiveSigningKey, type Database } from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import type { ActiveKey } from "./assertion.ts";

/**
 * How long a worker goes on with a key before it looks again (ms). A replaced key stays published for two days, so this
 * is only about how soon a rotation is felt.
 */
const REFRESH_MS = 60_000;

/** The active signing key, read from the database and unwrapped at most once a minute. */
export class ActiveKeySource {
  readonly #database: Database;
  readonly #keyEncryptionKey: KeyEncryptionKey;
  #cached: { readonly key: Promise<ActiveKey>; readonly until: number } | undefined;

  constructor(database: Database, keyEncryptionKey: KeyEncryptionKey) {
    this.#database = database;
    this.#keyEncryptionKey = keyEncryptionKey;
  }

  /** @throws {FailureError} `SIGNING_KEY_MISSING` */
  async active(): Promise<ActiveKey> {
    if (this.#cached === undefined || Date.now() >= this.#cached.until) {
      const key = this.#read();
      this.#cached = { key, until: Date.now() + REFRESH_MS };
      key.catch(() => (this.#cached = undefined));
    }
    return this.#cached.key;
  }

  async #read(): Promise<ActiveKey> {
    const stored = await findActiveSigningKey(this.#database);
    if (stored === null) throw new FailureError({ code: "SIGNING_KEY_MISSING", fields: {} });
    const privateKey = await unwrapSigningKey(this.#keyEncryptionKey, stored);
    return { kid: stored.kid, privateKey };
  }
}
