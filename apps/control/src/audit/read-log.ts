import { note, type AuditNote, type Database } from "@kvsync/store";

/** How many reads one transaction notes at most. */
const BATCH = 500;

type Waiting = Readonly<{
  entry: AuditNote;
  resolve: () => void;
  reject: (reason: unknown) => void;
}>;

/**
 * Notes reads of values before they are answered. A chain takes one transaction at a time, so reads of one workspace that
 * come while a transaction is under way are gathered into the next one: however many ask at once, each waits for two
 * transactions at most, and takes no connection of its own.
 */
export class ReadLog {
  readonly #database: Database;
  /** By workspace: what waits for the transaction that is under way. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves when the entry stands. Where it rejects, nothing may be answered. */
  async note(entry: AuditNote): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(entry.workspaceId);
      const one = { entry, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(one);
        return;
      }
      const next = [one];
      this.#waiting.set(entry.workspaceId, next);
      void this.#write(entry.workspaceId, next);
    });
  }

  /** Never rejects: who waits is told. */
  async #write(workspaceId: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        const entries = batch.map(({ entry }) => entry);
        await this.#database.$transaction((transaction) => note(transaction, entries));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#waiting.delete(workspaceId);
  }
}
