import {
  saveProgress,
  type Database,
  type GrownVersion,
  type Lease,
  type LeaseStanding,
  type RecordValue,
} from "@kvsync/store";
import { haltFor } from "./halt.ts";
import type { RunTally } from "./tally.ts";

const BATCH = 200;
const FLUSH_EVERY_MS = 400;
/** So often (ms) is looked whether something is to be saved, also while no result comes in: people watch. */
const LOOK_EVERY_MS = 500;

/**
 * Saves records in batches while a run goes on, and with them how far it is. A batch is saved only under the lease.
 * While the database is away, what is to be saved is kept and tried again with the next batch.
 */
export class RunJournal {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #tally: RunTally;
  readonly #onSaved: () => void;
  readonly #timer: NodeJS.Timeout;
  #save: RecordValue[] = [];
  #forget: string[] = [];
  #grown: GrownVersion[] = [];
  #flushing: Promise<void> | undefined;
  #lastFlush = performance.now();
  /** The counts as they were saved last, to tell whether they have changed. */
  #saved = "";
  #standing: LeaseStanding = "running";

  /** @param onSaved called after each save */
  constructor(database: Database, lease: Lease, tally: RunTally, onSaved: () => void = () => undefined) {
    this.#onSaved = onSaved;
    this.#database = database;
    this.#lease = lease;
    this.#tally = tally;
    this.#timer = setInterval(() => {
      const changed = this.#save.length > 0 || JSON.stringify(tally.counts) !== this.#saved;
      if (changed && this.#isDue) this.#begin();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  save(record: RecordValue | undefined): void {
    if (record !== undefined) this.#save.push(record);
  }

  forget(record: RecordValue): void {
    this.#forget.push(record.id);
  }

  /** Counts a version beside a secret's first. */
  grow(version: GrownVersion): void {
    this.#grown.push(version);
  }

  /** Saves if enough has gathered. Call it after each result. @throws {Halt} when the run must stop */
  async tick(): Promise<void> {
    this.#checkStanding();
    if (this.#isDue || this.#save.length >= BATCH) this.#begin();
    // None runs far ahead of what is saved.
    if (this.#save.length >= BATCH) await this.#flushing;
    this.#checkStanding();
  }

  /** Saves what is left, and nothing by itself any more. @throws {Halt} when the run must stop, or the database's error */
  async finish(): Promise<void> {
    this.stop();
    await this.#flushing;
    while (this.#save.length > 0 || this.#forget.length > 0 || this.#grown.length > 0) await this.#flush();
    this.#checkStanding();
  }

  /** Saves nothing by itself any more. Safe to call twice. */
  stop(): void {
    clearInterval(this.#timer);
  }

  get #isDue(): boolean {
    return performance.now() - this.#lastFlush >= FLUSH_EVERY_MS;
  }

  /** Begins to save, unless that is under way. */
  #begin(): void {
    this.#flushing ??= this.#flush()
      // What couldn't be saved is kept; if that stays so, the error shows in `finish`.
      .catch(() => undefined)
      .finally(() => (this.#flushing = undefined));
  }

  #checkStanding(): void {
    const halt = haltFor(this.#standing);
    if (halt !== undefined) throw halt;
  }

  async #flush(): Promise<void> {
    this.#lastFlush = performance.now();
    const save = this.#save.splice(0, BATCH);
    const forget = this.#forget.splice(0);
    const grown = this.#grown.splice(0);
    const { counts, valuesRead } = this.#tally;
    try {
      const progress = { save, forget, grown, counts, valuesRead };
      this.#standing = await saveProgress(this.#database, this.#lease, progress);
      this.#saved = JSON.stringify(counts);
      this.#onSaved();
      if (this.#standing !== "lost") return;
      this.#save = [];
      this.#forget = [];
      this.#grown = [];
    } catch (error) {
      this.#save.unshift(...save);
      this.#forget.unshift(...forget);
      this.#grown.unshift(...grown);
      throw error;
    }
  }
}
