import { saveRecords, updateRunCounts, type Database, type Lease, type RecordValue } from "@kvsync/store";
import { Halt } from "./halt.ts";
import type { RunTally } from "./settle.ts";

const BATCH = 200;
const FLUSH_EVERY_MS = 400;

/**
 * Saves records in batches while a run goes on, and with them how far it is. A batch is saved only under the lease.
 * While the database is away, what is to be saved is kept and tried again with the next batch.
 */
export class RunJournal {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #runId: string;
  readonly #tally: RunTally;
  #save: RecordValue[] = [];
  #forget: string[] = [];
  #flushing: Promise<void> | undefined;
  #lastFlush = performance.now();
  #leaseLost = false;

  constructor(database: Database, lease: Lease, runId: string, tally: RunTally) {
    this.#database = database;
    this.#lease = lease;
    this.#runId = runId;
    this.#tally = tally;
  }

  save(record: RecordValue | undefined): void {
    if (record !== undefined) this.#save.push(record);
  }

  forget(record: RecordValue): void {
    this.#forget.push(record.id);
  }

  /** Saves if enough has gathered. Call it after each result. @throws {Halt} `LEASE_LOST` */
  async tick(): Promise<void> {
    if (this.#leaseLost) throw new Halt("lease-lost");
    const due = performance.now() - this.#lastFlush >= FLUSH_EVERY_MS || this.#save.length >= BATCH;
    if (due && this.#flushing === undefined) {
      this.#flushing = this.#flush().finally(() => (this.#flushing = undefined));
      // An error shows at the end, in `finish`; until then the batch is kept.
      this.#flushing.catch(() => undefined);
    }
    // Nobody runs far ahead of what is saved.
    if (this.#save.length >= 4 * BATCH) await this.#flushing;
  }

  /** Saves what is left. @throws {Halt} `LEASE_LOST`, or the database's error */
  async finish(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    while (this.#save.length > 0 || this.#forget.length > 0) await this.#flush();
    if (this.#leaseLost) throw new Halt("lease-lost");
  }

  async #flush(): Promise<void> {
    this.#lastFlush = performance.now();
    const save = this.#save.splice(0, BATCH);
    const forget = this.#forget.splice(0);
    try {
      if (save.length > 0 || forget.length > 0)
        if (!(await saveRecords(this.#database, this.#lease, { save, forget }))) {
          this.#leaseLost = true;
          this.#save = [];
          this.#forget = [];
          return;
        }
      await updateRunCounts(this.#database, this.#runId, this.#tally.counts);
    } catch (error) {
      this.#save.unshift(...save);
      this.#forget.unshift(...forget);
      throw error;
    }
  }
}
