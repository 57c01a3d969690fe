import type { Logger } from "@kvsync/runtime";
import type { Database } from "@kvsync/store";
import { isBusy, readSnapshot, type Snapshot } from "./snapshot.ts";

/** How often (ms) it is looked without any news: while something goes on, and otherwise. */
const POLL_BUSY_MS = 1_000;
const POLL_IDLE_MS = 5_000;
/** News come in bursts; so much (ms) lies between two looks at least. */
const GAP_MS = 250;

/** Gets what was seen; null when the sync is gone. */
export type Watcher = (snapshot: Snapshot | null) => void;

/** One sync that somebody watches: looks at it for all who do. PostgreSQL is asked; news only say when it is worth it. */
export class WatchedSync {
  readonly #database: Database;
  readonly #syncId: string;
  readonly #logger: Logger;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking = false;
  #newsMeanwhile = false;
  #ended = false;

  constructor(database: Database, syncId: string, logger: Logger) {
    this.#database = database;
    this.#syncId = syncId;
    this.#logger = logger;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.news();
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Something may have changed. */
  news(): void {
    if (this.#looking) this.#newsMeanwhile = true;
    else this.#lookIn(Math.max(0, this.#lookedAt + GAP_MS - performance.now()));
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#ended) this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#newsMeanwhile = false;
    this.#lookedAt = performance.now();
    let next = POLL_IDLE_MS;
    try {
      const snapshot = await readSnapshot(this.#database, this.#syncId);
      for (const watcher of this.#watchers) watcher(snapshot);
      if (snapshot !== null && isBusy(snapshot)) next = POLL_BUSY_MS;
    } catch (error) {
      this.#logger.debug({ err: error, syncId: this.#syncId }, "a watched sync can't be read; tried again");
    }
    this.#looking = false;
    this.#lookIn(this.#newsMeanwhile ? GAP_MS : next);
  }
}
