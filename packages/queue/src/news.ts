import type { Redis } from "ioredis";
import { DEFAULT_PREFIX } from "./connection.ts";

const channelOf = (prefix: string, syncId: string): string => `${prefix}:news:${syncId}`;

/**
 * Tells whoever watches a sync that something of it changed. What changed stands in PostgreSQL; a message holds the sync's
 * id alone, and may be lost: watchers also look by themselves, less often.
 */
export class News {
  readonly #connection: Redis;
  readonly #prefix: string;

  constructor(connection: Redis, prefix: string = DEFAULT_PREFIX) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  /** Never throws, and doesn't wait for Redis. */
  tell(syncId: string): void {
    if (this.#connection.status !== "ready") return;
    // Lost news is no fault: see above.
    this.#connection.publish(channelOf(this.#prefix, syncId), syncId).catch(() => undefined);
  }
}

/** Hears the news of single syncs, on a connection of its own that is open while any is heard. */
export class NewsStand {
  readonly #connection: Redis;
  readonly #prefix: string;
  readonly #listeners = new Map<string, () => void>();

  /** @param connection is copied */
  constructor(connection: Redis, prefix: string = DEFAULT_PREFIX) {
    this.#prefix = prefix;
    const patient = { maxRetriesPerRequest: null, commandTimeout: undefined };
    this.#connection = connection.duplicate({ ...patient, lazyConnect: true });
    // The connection that this one copies has a listener that reports an outage.
    this.#connection.on("error", () => undefined);
    this.#connection.on("message", (_channel, syncId) => this.#listeners.get(syncId)?.());
  }

  /** Calls `onNews` at each news of the sync until {@link leave}. One listener a sync. */
  hear(syncId: string, onNews: () => void): void {
    this.#listeners.set(syncId, onNews);
    if (this.#connection.status === "end") this.#connection.connect().catch(() => undefined);
    // While Redis is away the wish waits, and after an outage the client renews all of them.
    this.#connection.subscribe(channelOf(this.#prefix, syncId)).catch(() => undefined);
  }

  /** Hears the sync no more. Safe to call for one that isn't heard. */
  leave(syncId: string): void {
    if (!this.#listeners.delete(syncId)) return;
    if (this.#listeners.size === 0) this.#connection.disconnect();
    else this.#connection.unsubscribe(channelOf(this.#prefix, syncId)).catch(() => undefined);
  }
}
