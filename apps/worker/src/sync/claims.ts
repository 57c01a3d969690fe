import { claimNames, type Database, type Lease, type RecordValue } from "@kvsync/store";
import { isWrite, type DeleteAction, type WriteAction } from "./actions.ts";
import { haltFor } from "./halt.ts";
import { claimOf, recordOf } from "./settle.ts";

/** So many names are claimed in one statement. */
const CHUNK = 64;

/** A record as it was claimed, or the id of the sync that holds the name already. */
export type Claim =
  | { readonly got: "claim"; readonly record: RecordValue }
  | { readonly got: "taken"; readonly record: RecordValue; readonly owner: string };

/**
 * Claims the names of a run's effects, a chunk ahead of them. What is claimed is written down in the database before the
 * vault is asked, so that a killed run leaves word of what it may have done.
 */
export class Claims {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #vaultUrl: string;
  readonly #effects: ReadonlyArray<WriteAction | DeleteAction>;
  readonly #chunks = new Map<number, Promise<readonly Claim[]>>();
  readonly #begun = new Set<number>();

  constructor(
    database: Database,
    lease: Lease,
    vaultUrl: string,
    effects: ReadonlyArray<WriteAction | DeleteAction>,
  ) {
    this.#database = database;
    this.#lease = lease;
    this.#vaultUrl = vaultUrl;
    this.#effects = effects;
  }

  /** @param index the effect's place in the order given @throws {Halt} when the run must stop */
  async of(index: number): Promise<Claim> {
    const chunk = Math.floor(index / CHUNK);
    const claims = await this.#load(chunk);
    // The next is claimed while this one is written, so that no writer waits for it.
    if ((chunk + 1) * CHUNK < this.#effects.length) void this.#load(chunk + 1);
    this.#drop(chunk - 2);
    const claim = claims[index % CHUNK];
    if (claim === undefined) throw new RangeError(`there is no effect ${index}`);
    return claim;
  }

  /** From here on whoever carries the effect out says what became of it. */
  begin(index: number): void {
    this.#begun.add(index);
  }

  /**
   * What was claimed and never begun, when the effects are given up: nothing was done to it. Each with the record as it
   * was before the claim.
   */
  async unbegun(): Promise<
    ReadonlyArray<Readonly<{ before: RecordValue | undefined; claimed: RecordValue }>>
  > {
    const chunks = [...this.#chunks].map(async ([chunk, claims]) =>
      (await claims).flatMap(({ got, record }, place) => {
        const index = chunk * CHUNK + place;
        return got === "taken" || this.#begun.has(index)
          ? []
          : [{ before: this.#effects[index]?.record, claimed: record }];
      }),
    );
    // A chunk that couldn't be claimed has nothing to give back.
    const settled = await Promise.allSettled(chunks);
    return settled.flatMap((chunk) => (chunk.status === "fulfilled" ? chunk.value : []));
  }

  /** Of a chunk so far back all effects have begun. */
  #drop(chunk: number): void {
    if (!this.#chunks.delete(chunk)) return;
    for (let index = chunk * CHUNK; index < (chunk + 1) * CHUNK; index += 1) this.#begun.delete(index);
  }

  #load(chunk: number): Promise<readonly Claim[]> {
    const loading = this.#chunks.get(chunk);
    if (loading !== undefined) return loading;
    const claims = this.#claim(this.#effects.slice(chunk * CHUNK, (chunk + 1) * CHUNK));
    // Whoever asks for it sees the error; nobody may.
    claims.catch(() => undefined);
    this.#chunks.set(chunk, claims);
    return claims;
  }

  async #claim(effects: ReadonlyArray<WriteAction | DeleteAction>): Promise<readonly Claim[]> {
    const records = effects.map((action) =>
      claimOf(
        isWrite(action) ? recordOf(action) : action.record,
        { vaultUrl: this.#vaultUrl, vaultName: action.vaultName, key: action.key },
        this.#lease.epoch,
      ),
    );
    const { standing, taken } = await claimNames(this.#database, this.#lease, records);
    const halt = haltFor(standing);
    if (halt !== undefined) throw halt;
    return records.map((record) => {
      const owner = taken.get(record.id);
      return owner === undefined ? { got: "claim", record } : { got: "taken", record, owner };
    });
  }
}
