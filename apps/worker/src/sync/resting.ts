import type { RecordValue, RestingRecords, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import { isAsRecorded } from "./view.ts";

/**
 * The secrets of a sync that rest: by the records they stand in the vault as they should, and nothing else lays claim to
 * their names. Of each only as much is kept as tells whether the vault has it so, and that no longer than until the vault
 * was seen to. What else there is to know of one is in its record.
 */
export class Resting {
  readonly #records: RestingRecords;
  readonly #syncId: string;

  constructor(records: RestingRecords, syncId: string) {
    this.#records = records;
    this.#syncId = syncId;
  }

  has(key: string): boolean {
    return this.#records.has(key);
  }

  /** Whether the vault has a secret as it should; then nothing is kept of it any more. */
  settle(key: string, item: VaultItem): boolean {
    const record = this.#records.find(key);
    if (record === undefined) return false;
    const { fingerprintStart: fingerprint, ...written } = record;
    if (!isAsRecorded(item, { ...written, fingerprint, intentEpoch: null }, this.#syncId)) return false;
    this.#records.forget(key);
    return true;
  }

  /** Whether the vault was seen to have all of them as it should. */
  get isSettled(): boolean {
    return this.#records.size === 0;
  }

  /** The keys of those that the vault wasn't seen to have as it should. */
  get unsettled(): readonly string[] {
    return this.#records.keys;
  }

  /** The secret that a record stands for, as it was when it was read; nothing is kept of it here any more. */
  recall({ heldKey, secretId, secretName, fingerprint }: RecordValue): SourceSecret | undefined {
    const record = heldKey === null ? undefined : this.#records.find(heldKey);
    if (heldKey === null || fingerprint === null || record === undefined) return undefined;
    this.#records.forget(heldKey);
    const { explicitName, length } = record;
    return { id: secretId, name: secretName, explicitName, fingerprint, length };
  }
}
