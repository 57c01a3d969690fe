import { vaultBudgetKey, type BudgetKind } from "@kvsync/contracts";
import type { VaultLimits } from "@kvsync/store";
import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { systemClock } from "../../clock.ts";
import type { ReadPacing } from "../policies.ts";
import { LocalWindow } from "./local-window.ts";
import { SharedBudget, type Grant } from "./shared-budget.ts";
import { Turns } from "./turns.ts";

/** How many requests of each kind a vault is given in a window, where it has no limits of its own. */
export type BudgetLimits = Readonly<{ writes: number; reads: number; windowMs: number }>;

/**
 * Four fifths of what Azure allows in 10 s for each vault, over everybody who uses it: 300 new versions and 4,000 other
 * requests. The rest is the customer's. Source: Microsoft's “Key Vault service limits”.
 */
export const defaultBudgetLimits: BudgetLimits = { writes: 240, reads: 3_200, windowMs: 10_000 };

/** Waits so many milliseconds, and throws when the wait must end. */
export type Pause = (ms: number) => Promise<void>;

/** One vault's budget as one run uses it. */
export interface VaultBudget {
  /** Resolves when this run may write once more. Rejects with what `pause` throws. */
  takeWrite(pause: Pause): Promise<void>;
  /** Resolves when this run may make another request that isn't a write. */
  takeRead(pause: Pause): Promise<void>;
  /**
   * The vault throttles all the same: nobody, in any worker, is given any for so many milliseconds, and then less, by
   * degrees back to all of it within about a minute.
   */
  hold(kind: BudgetKind, ms: number): Promise<void>;
}

/**
 * A window is kept this much longer (ms) than the vault's: requests given at the end of one window and at the beginning
 * of the next may arrive closer together than they were given.
 */
const ARRIVAL_SLACK_MS = 100;
/** How long (ms) after it was given a turn may be used. */
export const TURN_GOOD_FOR_MS = ARRIVAL_SLACK_MS / 2;
/** Who waits comes back within this time after it is worth it (ms), so that not all workers come at once. */
const SPREAD_MS = 15;
/** So many budgets are kept in memory. What one that was dropped had counted, Redis still knows. */
const LOCAL_WINDOWS = 4_000;
/** The own limits of so many vaults are kept in memory. */
const VAULTS = LOCAL_WINDOWS / 2;

const NO_LIMITS: VaultLimits = { writes: null, reads: null };

/**
 * The budgets of all vaults, shared by all workers through Redis. Each worker also keeps to the limit by itself, which
 * is all there is while Redis is away, and what bounds it when Redis has just been emptied.
 */
export class VaultBudgets {
  readonly #redis: Redis;
  readonly #shared: SharedBudget;
  readonly #prefix: string;
  readonly #limits: BudgetLimits;
  readonly #local = new LRUCache<string, LocalWindow>({ max: LOCAL_WINDOWS });
  /** Each vault's own limits, as they were given last. */
  readonly #own = new LRUCache<string, VaultLimits>({ max: VAULTS });

  constructor(redis: Redis, prefix: string, limits: BudgetLimits = defaultBudgetLimits) {
    this.#redis = redis;
    this.#shared = new SharedBudget(redis);
    this.#prefix = prefix;
    this.#limits = limits;
  }

  /**
   * @param vaultUrl the vault, in the form that the sync keeps
   * @param syncId for whom: a vault's budget is shared out among the syncs that want some of it
   * @param own this vault's own limits in a window, where they are set; {@link readPacing} keeps to them from now on
   */
  of(vaultUrl: string, syncId: string, own: VaultLimits = NO_LIMITS): VaultBudget {
    this.#own.set(vaultUrl, own);
    const turns = (kind: BudgetKind, limit: number): Turns => {
      const key = this.#keyOf(vaultUrl, kind);
      const budget = { requests: limit, windowMs: this.#limits.windowMs };
      return new Turns((wanted) => this.#take(key, syncId, wanted, limit), budget);
    };
    const writeTurns = turns("write", own.writes ?? this.#limits.writes);
    const readTurns = turns("read", own.reads ?? this.#limits.reads);
    return {
      takeWrite: (pause) => writeTurns.next(pause),
      takeRead: (pause) => readTurns.next(pause),
      hold: (kind, ms) => {
        (kind === "write" ? writeTurns : readTurns).drop();
        return this.hold(vaultUrl, kind, ms);
      },
    };
  }

  /**
   * How a sync's reads of a vault are paced that are tried again below where turns are taken: by the limits that the
   * latest {@link of} was given for the vault, whenever that was.
   */
  readPacing(vaultUrl: string, syncId: string): ReadPacing {
    return {
      onThrottled: (ms) => void this.hold(vaultUrl, "read", ms),
      nextTurn: (signal) =>
        this.of(vaultUrl, syncId, this.#own.get(vaultUrl)).takeRead(async (ms) => {
          await systemClock.wait(ms, signal);
          signal.throwIfAborted();
        }),
    };
  }

  /** As {@link VaultBudget.hold}, for who knows the vault alone. */
  async hold(vaultUrl: string, kind: BudgetKind, ms: number): Promise<void> {
    const key = this.#keyOf(vaultUrl, kind);
    this.#localOf(key).hold(performance.now(), ms);
    await this.#unlessAway(() => this.#shared.hold(key, ms, this.#sharedWindowMs));
  }

  async #take(key: string, syncId: string, wanted: number, limit: number): Promise<Grant> {
    const [given, wait] = await this.#takeAtOnce(key, syncId, wanted, limit);
    return [given, wait === 0 ? 0 : Math.ceil(wait + Math.random() * SPREAD_MS)];
  }

  async #takeAtOnce(key: string, syncId: string, wanted: number, limit: number): Promise<Grant> {
    const local = this.#localOf(key);
    const asked = Math.min(wanted, local.room(performance.now(), limit));
    if (asked === 0) return [0, local.wait(performance.now(), limit)];
    const window = { requests: limit, windowMs: this.#sharedWindowMs };
    const grant = await this.#unlessAway(() => this.#shared.take(key, syncId, asked, window));
    if (grant === undefined) return local.take(performance.now(), wanted, limit);
    local.add(performance.now(), grant[0]);
    return grant;
  }

  /** Undefined when Redis is away; then this process's own window decides. */
  async #unlessAway<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#redis.status !== "ready") return undefined;
    try {
      return await ask();
    } catch {
      return undefined;
    }
  }

  get #sharedWindowMs(): number {
    return this.#limits.windowMs + ARRIVAL_SLACK_MS;
  }

  #keyOf(vaultUrl: string, kind: BudgetKind): string {
    return vaultBudgetKey(this.#prefix, kind, vaultUrl);
  }

  #localOf(key: string): LocalWindow {
    const window = this.#local.get(key) ?? new LocalWindow(this.#limits.windowMs);
    this.#local.set(key, window);
    return window;
  }
}
