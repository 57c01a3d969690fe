import type { Redis } from "ioredis";
import { LocalWindow, type WindowLimit } from "./local-window.ts";
import { HOLD, TAKE } from "./scripts.ts";
import { Turns } from "./turns.ts";

/** How many requests of each kind a vault is given in a window. */
export type BudgetLimits = Readonly<{ writes: number; reads: number; windowMs: number }>;

/**
 * Four fifths of what Azure allows in 10 s for each vault, over everybody who uses it: 300 new versions and 4,000 other
 * requests. The rest is the customer's. Source: Microsoft's “Key Vault service limits”.
 */
export const defaultBudgetLimits: BudgetLimits = { writes: 240, reads: 3_200, windowMs: 10_000 };

export type BudgetKind = "write" | "read";

/** Waits so many milliseconds, and throws when the wait must end. */
export type Pause = (ms: number) => Promise<void>;

/** One vault's budget as one run uses it. */
export interface VaultBudget {
  /** Resolves when this run may write once more. Rejects with what `pause` throws. */
  takeWrite(pause: Pause): Promise<void>;
  /** Resolves when this run may make another request that isn't a write. */
  takeRead(pause: Pause): Promise<void>;
  /** The vault throttles all the same: nobody, in any worker, is given any for so many milliseconds. */
  hold(kind: BudgetKind, ms: number): Promise<void>;
}

/**
 * A window is kept this much longer (ms) than the vault's: requests given at the end of one window and at the beginning
 * of the next may arrive closer together than they were given.
 */
const ARRIVAL_SLACK_MS = 200;
/** This part of a window's limit may be used at once; what comes after it is spread evenly. */
const BURST_SHARE = 0.25;
/** Who waits comes back within this time after it is worth it (ms), so that not all workers come at once. */
const SPREAD_MS = 15;

/**
 * The budgets of all vaults, shared by all workers through Redis. While Redis is away each worker keeps to the budget
 * by itself.
 */
export class VaultBudgets {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #limits: BudgetLimits;
  readonly #local = new Map<string, LocalWindow>();
  readonly #process = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  #sequence = 0;

  constructor(redis: Redis, prefix: string, limits: BudgetLimits = defaultBudgetLimits) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#limits = limits;
  }

  /**
   * @param vaultUrl the vault, in the form that the sync keeps
   * @param syncId for whom: a vault's budget is shared out among the syncs that want some of it
   * @param writes this vault's own limit of writes in 10 s, where one is set
   */
  of(vaultUrl: string, syncId: string, writes?: number): VaultBudget {
    const { host } = new URL(vaultUrl);
    const { writes: defaultWrites, reads } = this.#limits;
    const turns = (kind: BudgetKind, requests: number): Turns =>
      new Turns((wanted) => this.#take(host, kind, syncId, wanted, requests));
    const writeTurns = turns("write", writes ?? defaultWrites);
    const readTurns = turns("read", reads);
    return {
      takeWrite: (pause) => writeTurns.next(pause),
      takeRead: (pause) => readTurns.next(pause),
      hold: (kind, ms) => this.hold(vaultUrl, kind, ms),
    };
  }

  /** As {@link VaultBudget.hold}, for who knows the vault alone. */
  async hold(vaultUrl: string, kind: BudgetKind, ms: number): Promise<void> {
    const { host } = new URL(vaultUrl);
    this.#windowOf(host, kind).hold(performance.now(), ms);
    if (this.#redis.status !== "ready") return;
    const [state, , hold] = this.#keysOf(host, kind);
    const { requests, windowMs } = this.#window(kind === "write" ? this.#limits.writes : this.#limits.reads);
    try {
      const burst = requests * BURST_SHARE;
      await this.#redis.eval(HOLD, 2, state, hold, Math.max(1, Math.ceil(ms)), windowMs, burst, requests);
    } catch {
      // Redis went away: the window of this process holds, and the others will be throttled themselves.
    }
  }

  async #take(
    host: string,
    kind: BudgetKind,
    syncId: string,
    wanted: number,
    limit: number,
  ): Promise<readonly [number, number]> {
    const window = this.#window(limit);
    const [given, wait] =
      (await this.#takeShared(this.#keysOf(host, kind), syncId, wanted, window)) ??
      this.#windowOf(host, kind).take(performance.now(), wanted, window);
    return [given, wait === 0 ? 0 : wait + Math.ceil(Math.random() * SPREAD_MS)];
  }

  async #takeShared(
    keys: readonly string[],
    syncId: string,
    wanted: number,
    { requests, windowMs }: WindowLimit,
  ): Promise<readonly [number, number] | undefined> {
    if (this.#redis.status !== "ready") return undefined;
    this.#sequence += 1;
    const name = `${this.#process}-${this.#sequence}`;
    const burst = Math.max(1, requests * BURST_SHARE);
    try {
      const answer = await this.#redis.eval(
        TAKE,
        keys.length,
        ...keys,
        syncId,
        wanted,
        requests,
        windowMs,
        burst,
        name,
      );
      const [given, wait] = answer as [number, number];
      return [given, given < wanted ? wait : 0];
    } catch {
      // Redis went away in between: this process's own window decides.
      return undefined;
    }
  }

  #window(requests: number): WindowLimit {
    return { requests, windowMs: this.#limits.windowMs + ARRIVAL_SLACK_MS };
  }

  #keysOf(host: string, kind: BudgetKind): readonly [string, string, string, string] {
    const base = `${this.#prefix}:budget:${kind}:${host}`;
    return [`${base}:state`, `${base}:window`, `${base}:hold`, `${base}:waiting`];
  }

  #windowOf(host: string, kind: BudgetKind): LocalWindow {
    const key = `${kind} ${host}`;
    const known = this.#local.get(key);
    if (known !== undefined) return known;
    const window = new LocalWindow();
    this.#local.set(key, window);
    return window;
  }
}
