import { MemoryStore, type ClientRateLimitInfo, type Options, type Store } from "express-rate-limit";
import type { Redis } from "ioredis";
import { RedisStore } from "rate-limit-redis";

/** How long (ms) a request waits for Redis, and how long Redis isn't asked again after it failed. */
const PATIENCE_MS = 250;
const PAUSE_MS = 2_000;

/**
 * Counts requests in Redis, for all control processes together. While Redis is away each process counts for itself: a
 * limit is then higher than it should be, and no request fails or waits for it.
 */
export class SharedStore implements Store {
  readonly prefix: string;
  readonly #redis: Redis;
  readonly #memory = new MemoryStore();
  readonly #shared: RedisStore;
  #options: Options | undefined;
  #prepared: Promise<void> | undefined;
  #pausedUntil = 0;

  /** @param prefix of its keys, one for each limit */
  constructor(redis: Redis, prefix: string) {
    this.prefix = prefix;
    this.#redis = redis;
    const sendCommand = async (command: string, ...rest: string[]): Promise<Reply> =>
      (await redis.call(command, ...rest)) as Reply;
    this.#shared = new RedisStore({ prefix, sendCommand });
  }

  init(options: Options): void {
    this.#options = options;
    this.#memory.init(options);
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    return this.#either(
      () => this.#shared.increment(key),
      () => this.#memory.increment(key),
    );
  }

  async decrement(key: string): Promise<void> {
    await this.#either(
      () => this.#shared.decrement(key),
      () => this.#memory.decrement(key),
    );
  }

  async resetKey(key: string): Promise<void> {
    await this.#either(
      () => this.#shared.resetKey(key),
      () => this.#memory.resetKey(key),
    );
  }

  async #either<Result>(shared: () => Promise<Result>, alone: () => Promise<Result>): Promise<Result> {
    if (this.#redis.status !== "ready" || Date.now() < this.#pausedUntil) return alone();
    try {
      return await inTime(this.#prepare().then(shared));
    } catch {
      // Redis was emptied, restarted or is too slow: its scripts are loaded again when it is asked next.
      this.#prepared = undefined;
      this.#pausedUntil = Date.now() + PAUSE_MS;
      return alone();
    }
  }

  #prepare(): Promise<void> {
    if (this.#options === undefined) throw new Error("a limit's store is used before it is initialised");
    this.#prepared ??= this.#shared.init(this.#options);
    return this.#prepared;
  }
}

type Reply = boolean | number | string | Array<boolean | number | string>;

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("Redis didn't answer in time")), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
