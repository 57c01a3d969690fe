import { claimedKey, MAX_VALUE_LENGTH, type NameRule } from "@kvsync/contracts";
import type { Pair, RecordValue, SourceSecret } from "@kvsync/store";
import type { VaultItem } from "../vault/port.ts";
import type { PlanSettings } from "./plan.ts";
import { isAsRecorded, type WrittenState } from "./view.ts";

type RestingSecret = WrittenState & Pick<SourceSecret, "explicitName" | "length">;

/**
 * The secrets of a sync that rest: by the records they stand in the vault as they should, and nothing else lays claim to
 * their names. Of each only as much is kept as tells whether the vault has it so, and that no longer than until the vault
 * was seen to. What else there is to know of one is in its record.
 */
export class Resting {
  readonly #settings: PlanSettings;
  readonly #rule: NameRule;
  readonly #secrets = new Map<string, RestingSecret>();

  constructor(settings: PlanSettings) {
    this.#settings = settings;
    this.#rule = { prefix: settings.prefix, policy: settings.namePolicy };
  }

  get size(): number {
    return this.#secrets.size;
  }

  /** False where the pair's secret doesn't rest. */
  add(pair: Pair): boolean {
    const { explicitName, length } = pair;
    if (pair.heldKey === null || !this.#rests(pair)) return false;
    const { fingerprint, intentEpoch, vaultUpdated, vaultProperties, writeEpoch } = pair;
    this.#secrets.set(pair.heldKey, {
      fingerprint,
      intentEpoch,
      vaultUpdated,
      vaultProperties,
      writeEpoch,
      explicitName,
      length,
    });
    return true;
  }

  /**
   * The keys of those that don't rest after all, since one of the others lays claim to theirs. A secret with a second
   * record is one of the others too.
   */
  contestedBy(others: readonly SourceSecret[]): string[] {
    const claimed = new Set(others.flatMap((secret) => claimedKey(secret, this.#rule) ?? []));
    return [...claimed].filter((key) => this.#secrets.has(key));
  }

  has(key: string): boolean {
    return this.#secrets.has(key);
  }

  /** Whether the vault has a secret as it should; then nothing is kept of it any more. */
  settle(key: string, item: VaultItem): boolean {
    const secret = this.#secrets.get(key);
    if (secret === undefined || !isAsRecorded(item, secret, this.#settings.syncId)) return false;
    return this.#secrets.delete(key);
  }

  /** Those that the vault wasn't seen to have as it should. */
  get unsettled(): string[] {
    return [...this.#secrets.keys()];
  }

  /** The secret that a record stands for, as it was when it was added; nothing is kept of it here any more. */
  recall({ heldKey, secretId, secretName, fingerprint }: RecordValue): SourceSecret | undefined {
    const secret = heldKey === null ? undefined : this.#secrets.get(heldKey);
    if (heldKey === null || fingerprint === null || secret === undefined) return undefined;
    this.#secrets.delete(heldKey);
    const { explicitName, length } = secret;
    return { id: secretId, name: secretName, explicitName, fingerprint, length };
  }

  #rests(pair: Pair): boolean {
    const { sourceId, sourceName, explicitName, sourceFingerprint, length, ...record } = pair;
    return (
      sourceId !== null &&
      record.state === "synced" &&
      record.intentEpoch === null &&
      record.secretName === sourceName &&
      record.fingerprint === sourceFingerprint &&
      record.vaultUrl === this.#settings.vaultUrl &&
      length <= MAX_VALUE_LENGTH &&
      record.heldKey === claimedKey({ name: sourceName, explicitName }, this.#rule)
    );
  }
}
