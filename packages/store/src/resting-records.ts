import { Prisma } from "./generated/client.ts";
import type { CarriedProperties } from "./records.ts";

/** What is known of a secret that stands in the vault as it should: as much as tells whether the vault has it so. */
export type RestingRecord = Readonly<{
  /** The first 16 hexadecimal digits of its value's fingerprint. */
  fingerprintStart: string;
  /** Unix seconds. */
  vaultUpdated: number | null;
  writeEpoch: number | null;
  /** In UTF-16 code units. */
  length: number;
  explicitName: string | null;
  vaultProperties: CarriedProperties | null;
}>;

/**
 * A resting record as a line of text, of a query's secret `s` and its record `r`: a hundred thousand of them are one value
 * for PostgreSQL to send and for us to keep, where rows would be millions of values. No field can hold a tab or a line's
 * end: names that a vault can hold, digits, and JSON as PostgreSQL writes it.
 */
export const restingLine = Prisma.sql`concat(r."heldKey", E'\\t', left(encode(r."fingerprint", 'hex'), 16), E'\\t',
  r."vaultUpdated", E'\\t', r."writeEpoch", E'\\t', s."length", E'\\t', s."explicitName", E'\\t', r."vaultProperties")`;

/** Resting records by the key that each holds in the vault. */
export class RestingRecords {
  readonly #lines: Map<string, string>;

  /** @param text lines of {@link restingLine} */
  constructor(text: string) {
    const lines = text === "" ? [] : text.split("\n");
    this.#lines = new Map(lines.map((line) => [line.slice(0, line.indexOf("\t")), line]));
  }

  get size(): number {
    return this.#lines.size;
  }

  get keys(): string[] {
    return [...this.#lines.keys()];
  }

  has(key: string): boolean {
    return this.#lines.has(key);
  }

  find(key: string): RestingRecord | undefined {
    const line = this.#lines.get(key);
    if (line === undefined) return undefined;
    const [, fingerprintStart = "", updated = "", epoch = "", length, name = "", properties = ""] =
      line.split("\t");
    return {
      fingerprintStart,
      vaultUpdated: updated === "" ? null : Number(updated),
      writeEpoch: epoch === "" ? null : Number(epoch),
      length: Number(length),
      explicitName: name === "" ? null : name,
      vaultProperties: properties === "" ? null : (JSON.parse(properties) as CarriedProperties),
    };
  }

  forget(key: string): void {
    this.#lines.delete(key);
  }
}
