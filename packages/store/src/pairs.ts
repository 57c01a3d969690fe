import { slimmer, type RecordValue } from "./records.ts";
import type { SourceSecret } from "./source.ts";

/** A row of a join of a sync's source and its records: a secret, a record, or both where they belong together. */
export type Pair = Omit<RecordValue, "id"> &
  Readonly<{
    id: string | null;
    sourceId: string | null;
    sourceName: string;
    explicitName: string | null;
    sourceFingerprint: string;
    length: number;
  }>;

/** The secrets and the records of such rows. */
export class Pairs {
  readonly source: SourceSecret[] = [];
  readonly records: RecordValue[] = [];
  readonly #slim = slimmer();
  #last: string | null = null;

  /** Rows of the same secret come one after the other: one that was renamed has two records until the first is removed. */
  add({ sourceId, sourceName, explicitName, sourceFingerprint, length, ...record }: Pair): void {
    if (sourceId !== null && sourceId !== this.#last)
      this.source.push({
        id: sourceId,
        name: sourceName,
        explicitName,
        fingerprint: sourceFingerprint,
        length,
      });
    this.#last = sourceId;
    if (record.id === null) return;
    const texts = sourceId === null ? {} : sharedTexts(record, sourceId, sourceName, sourceFingerprint);
    this.records.push(this.#slim({ ...record, id: record.id, ...texts }));
  }
}

/** The secret's own texts, for where its record's are the same, as they mostly are: each is kept once then. */
function sharedTexts(
  { secretName, vaultName, heldKey, fingerprint, wantedFingerprint }: Omit<RecordValue, "id">,
  secretId: string,
  name: string,
  digest: string,
): Partial<RecordValue> {
  const same = <Text extends string | null>(text: Text, shared: Text): Text =>
    text === shared ? shared : text;
  return {
    secretId,
    secretName: same(secretName, name),
    vaultName: same(vaultName, name),
    heldKey: same(heldKey, name),
    fingerprint: same(fingerprint, digest),
    wantedFingerprint: same(wantedFingerprint, digest),
  };
}
