import type { Redis } from "ioredis";
import { HOLD } from "./hold-script.ts";
import { TAKE } from "./take-script.ts";

/** How many requests a vault is given in a window. */
export type WindowLimit = Readonly<{ requests: number; windowMs: number }>;

/** How many of the wanted requests may happen now and, when that is fewer, in how many ms to ask again. */
export type Grant = readonly [given: number, waitMs: number];

/** What the scripts add to a connection. They are sent once, and named by their hash from then on. */
type Scripted = Readonly<{
  kvsyncBudgetTake: (key: string, ...values: ReadonlyArray<string | number>) => Promise<[number, number]>;
  kvsyncBudgetHold: (key: string, ...values: ReadonlyArray<string | number>) => Promise<number>;
}>;

/**
 * Budgets in Redis, shared by all who use the same one. Each is one key. Every method rejects when Redis is away.
 *
 * The last argument, `now` in milliseconds, stands for Redis' own clock where time is to be told.
 */
export class SharedBudget {
  readonly #redis: Scripted;

  constructor(redis: Redis) {
    redis.defineCommand("kvsyncBudgetTake", { numberOfKeys: 1, lua: TAKE });
    redis.defineCommand("kvsyncBudgetHold", { numberOfKeys: 1, lua: HOLD });
    this.#redis = redis as Redis & Scripted;
  }

  /** @param sync for whom: a budget is shared out among the syncs that want some of it */
  async take(
    key: string,
    sync: string,
    wanted: number,
    { requests, windowMs }: WindowLimit,
    now?: number,
  ): Promise<Grant> {
    return this.#redis.kvsyncBudgetTake(key, sync, wanted, requests, windowMs, now ?? "");
  }

  /** Gives nobody anything for so many milliseconds, and less for about a minute after it. */
  async hold(key: string, ms: number, windowMs: number, now?: number): Promise<void> {
    await this.#redis.kvsyncBudgetHold(key, ms, windowMs, now ?? "");
  }
}
