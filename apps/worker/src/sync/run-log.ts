import type { Logger } from "@kvsync/runtime";
import { noteRuns, type Database } from "@kvsync/store";

/** So long (ms) runs that have ended are gathered, to be noted together. */
const GATHER_MS = 250;

/**
 * Notes ended runs in the audit log, a little after their end. A chain takes one transaction at a time, which people's
 * changes wait for too: so runs that end close together are noted in one, and not while each is ending.
 */
export class RunLog {
  readonly #database: Database;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #noting: Promise<void> = Promise.resolve();

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** A run has ended. What can't be noted is noted by the next sweep, whoever sweeps. */
  ended(): void {
    this.#timer ??= setTimeout(() => this.#begin(), GATHER_MS);
  }

  /** Notes now what is still gathered, and resolves when nothing is under way. */
  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#begin();
    await this.#noting;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#noting = this.#noting.then(() => this.#note());
  }

  async #note(): Promise<void> {
    try {
      await noteRuns(this.#database);
    } catch (error) {
      this.#logger.warn({ err: error }, "a run couldn't be noted in the audit log; the next sweep does it");
    }
  }
}
