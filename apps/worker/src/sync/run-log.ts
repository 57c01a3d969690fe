import type { Logger } from "@kvsync/runtime";
import { noteRuns, type Database } from "@kvsync/store";

/**
 * Notes ended runs in the audit log. A chain takes one transaction at a time: runs that end while one is under way are
 * gathered into the next, so that a thousand that end together don't queue up, each with a connection of its own.
 */
export class RunLog {
  readonly #database: Database;
  readonly #logger: Logger;
  #noting: Promise<void> | undefined;
  #asked = false;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** A run has ended. What can't be noted now is noted by the next sweep, whoever sweeps. */
  ended(): void {
    this.#asked = true;
    this.#noting ??= this.#noteAll();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#noting;
  }

  async #noteAll(): Promise<void> {
    try {
      while (this.#asked) {
        this.#asked = false;
        await noteRuns(this.#database);
      }
    } catch (error) {
      this.#logger.warn({ err: error }, "a run couldn't be noted in the audit log; the next sweep does it");
    } finally {
      this.#noting = undefined;
    }
  }
}
