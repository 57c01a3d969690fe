import { ApiError } from "@kvsync/contracts";
import type { NewsStand } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import type { Database } from "@kvsync/store";
import { WatchedSync, type Watcher } from "./watched-sync.ts";

/** How many streams one person, or token, has open in this process at most, and all together. */
const STREAMS_EACH = 20;
const STREAMS_IN_ALL = 2_000;

/** One open stream. */
export type View = Readonly<{
  /** Aborted when the process stops. */
  stopping: AbortSignal;
  close: () => void;
}>;

/** All streams of this process, with the syncs that they watch. */
export class LiveViews {
  readonly #database: Database;
  readonly #news: NewsStand;
  readonly #logger: Logger;
  readonly #stopping: AbortSignal;
  readonly #watched = new Map<string, WatchedSync>();
  readonly #streams = new Map<string, number>();

  constructor(database: Database, news: NewsStand, stopping: AbortSignal, logger: Logger) {
    this.#database = database;
    this.#news = news;
    this.#stopping = stopping;
    this.#logger = logger;
  }

  /**
   * Watches a sync until the view is closed.
   *
   * @param owner whose streams are counted together
   * @throws {ApiError} 429 `TOO_MANY_STREAMS`, 503 `STOPPING`
   */
  open(syncId: string, owner: string, watcher: Watcher): View {
    if (this.#stopping.aborted)
      throw new ApiError(503, "STOPPING", "This server is about to stop. Try again in a moment.");
    const own = this.#streams.get(owner) ?? 0;
    const all = [...this.#streams.values()].reduce((sum, count) => sum + count, 0);
    if (own >= STREAMS_EACH || all >= STREAMS_IN_ALL)
      throw new ApiError(429, "TOO_MANY_STREAMS", "Too many live views are open. Close some of them first.");
    this.#streams.set(owner, own + 1);
    const watched = this.#watched.get(syncId) ?? this.#begin(syncId);
    watched.add(watcher);
    let open = true;
    const close = (): void => {
      if (!open) return;
      open = false;
      this.#release(owner);
      watched.remove(watcher);
      if (watched.watchers > 0) return;
      watched.end();
      this.#watched.delete(syncId);
      this.#news.leave(syncId);
    };
    return { stopping: this.#stopping, close };
  }

  #begin(syncId: string): WatchedSync {
    const watched = new WatchedSync(this.#database, syncId, this.#logger);
    this.#watched.set(syncId, watched);
    this.#news.hear(syncId, () => watched.news());
    return watched;
  }

  #release(owner: string): void {
    const left = (this.#streams.get(owner) ?? 1) - 1;
    if (left === 0) this.#streams.delete(owner);
    else this.#streams.set(owner, left);
  }
}
