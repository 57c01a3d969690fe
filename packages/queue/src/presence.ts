import type { Redis } from "ioredis";
import { DEFAULT_PREFIX } from "./connection.ts";

/** Who wasn't heard of for so long is no longer shown. */
const SEEN_WITHIN_MS = 30_000;

export type SeenWorker = Readonly<{ name: string; seenAt: Date }>;

/** Which workers there are, for operators: each says so every few seconds. Times are Redis' own. */
export class Presence {
  readonly #connection: Redis;
  readonly #key: string;

  constructor(connection: Redis, prefix: string = DEFAULT_PREFIX) {
    this.#connection = connection;
    this.#key = `${prefix}:workers`;
  }

  /** Says that a worker is there. Rejects while Redis is away. */
  async announce(name: string): Promise<void> {
    const now = await this.#now();
    await this.#connection
      .multi()
      .zadd(this.#key, now, name)
      .zremrangebyscore(this.#key, "-inf", now - SEEN_WITHIN_MS)
      .pexpire(this.#key, SEEN_WITHIN_MS)
      .exec();
  }

  /** Says that a worker is gone. */
  async leave(name: string): Promise<void> {
    await this.#connection.zrem(this.#key, name);
  }

  /** The workers that were heard of in the last half minute, by name. Rejects while Redis is away. */
  async seen(): Promise<SeenWorker[]> {
    const since = (await this.#now()) - SEEN_WITHIN_MS;
    const names = (await this.#connection.zrangebyscore(this.#key, since, "+inf")).toSorted();
    const scores = names.length === 0 ? [] : await this.#connection.zmscore(this.#key, ...names);
    return names.map((name, index) => ({ name, seenAt: new Date(Number(scores[index] ?? since)) }));
  }

  async #now(): Promise<number> {
    const [seconds, micros] = await this.#connection.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }
}
