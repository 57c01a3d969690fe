import type { Redis } from "ioredis";

/** How many writes a vault is given in a window. */
export type BudgetLimit = Readonly<{ writes: number; windowMs: number }>;

/**
 * Four fifths of what Azure allows: 300 new versions in 10 s for each vault, over everybody who writes to it. The rest is
 * the customer's. Source: Microsoft's “Key Vault service limits”.
 */
export const defaultBudgetLimit: BudgetLimit = { writes: 240, windowMs: 10_000 };

/** The budget of one vault. */
export interface VaultBudget {
  /** Takes one write. @returns 0 when it may happen now, else in how many milliseconds to ask again */
  takeWrite(): Promise<number>;
  /** The vault throttles all the same: nobody gets a write for so many milliseconds. */
  hold(kind: "write" | "read", ms: number): Promise<void>;
}

/**
 * The window as a sorted set of the writes in it, by Redis' own clock. While the vault is held nothing is given.
 * KEYS: window, hold. ARGV: writes, windowMs, a unique name.
 */
const TAKE = `
local held = redis.call('PTTL', KEYS[2])
if held > 0 then return held end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(1, oldest[2] + ARGV[2] - now)`;

/**
 * A window is kept this much longer (ms) than the vault's: writes taken at the end of one window and at the beginning of
 * the next may arrive closer together than they were taken.
 */
const ARRIVAL_SLACK_MS = 500;

/** Who waits for a write comes back within this time after one is free (ms), so that not all come at once. */
const SPREAD_MS = 40;

/**
 * The budgets of all vaults, shared by all workers through Redis. While Redis is away each worker keeps to the budget
 * by itself.
 */
export class VaultBudgets {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #limit: BudgetLimit;
  readonly #local = new Map<string, LocalWindow>();
  #sequence = 0;

  constructor(redis: Redis, prefix: string, limit: BudgetLimit = defaultBudgetLimit) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#limit = { writes: limit.writes, windowMs: limit.windowMs + ARRIVAL_SLACK_MS };
  }

  /** @param vaultUrl the vault, in the form that the sync keeps */
  of(vaultUrl: string, _syncId: string, _writes?: number): VaultBudget {
    const { host } = new URL(vaultUrl);
    const keys = [`${this.#prefix}:budget:${host}`, `${this.#prefix}:hold:${host}`] as const;
    return {
      takeWrite: async () => {
        const wait = (await this.#takeShared(keys)) ?? this.#windowOf(host).take(performance.now());
        return wait === 0 ? 0 : Math.ceil(wait + Math.random() * SPREAD_MS);
      },
      hold: async (_kind, ms) => {
        this.#windowOf(host).hold(performance.now(), ms);
        if (this.#redis.status !== "ready") return;
        try {
          await this.#redis.set(keys[1], "1", "PX", Math.max(1, Math.ceil(ms)));
        } catch {
          // Redis went away: the window of this process holds, and the others will be throttled themselves.
        }
      },
    };
  }

  async #takeShared(keys: readonly [string, string]): Promise<number | undefined> {
    if (this.#redis.status !== "ready") return undefined;
    this.#sequence += 1;
    const name = `${process.pid}-${this.#sequence}-${Math.random().toString(36).slice(2)}`;
    try {
      const { writes, windowMs } = this.#limit;
      return Number(await this.#redis.eval(TAKE, 2, ...keys, writes, windowMs, name));
    } catch {
      // Redis went away in between: this process's own window decides.
      return undefined;
    }
  }

  #windowOf(host: string): LocalWindow {
    const known = this.#local.get(host);
    if (known !== undefined) return known;
    const window = new LocalWindow(this.#limit);
    this.#local.set(host, window);
    return window;
  }
}

/** A sliding window in memory. Times are those of one monotonic clock, in milliseconds. */
export class LocalWindow {
  readonly #limit: BudgetLimit;
  #taken: number[] = [];
  #heldUntil = 0;

  constructor(limit: BudgetLimit) {
    this.#limit = limit;
  }

  take(now: number): number {
    if (now < this.#heldUntil) return this.#heldUntil - now;
    const { writes, windowMs } = this.#limit;
    this.#taken = this.#taken.filter((time) => time > now - windowMs);
    const oldest = this.#taken[0];
    if (oldest !== undefined && this.#taken.length >= writes) return Math.max(1, oldest + windowMs - now);
    this.#taken.push(now);
    return 0;
  }

  hold(now: number, ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + ms);
  }
}
