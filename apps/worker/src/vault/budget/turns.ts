/** Asks for so many turns. @returns how many are given and, when that is fewer, in how many milliseconds to ask again */
export type AskForTurns = (wanted: number) => Promise<readonly [given: number, waitMs: number]>;

type Waiter = Readonly<{ go: () => void; fail: (error: unknown) => void }>;

/** How long (ms) a turn that was asked for ahead is kept for who comes next. */
const KEPT_FOR_MS = 25;
/** No more than so many are asked for ahead. */
const MOST_AHEAD = 16;
/** No more than this part of a budget is asked for ahead and dropped. */
const WASTED = 1 / 100;
/** Who was given fewer than it asked for asks for none ahead for so long (ms): what is short is for those who wait. */
const SHORT_FOR_MS = 1_000;

/**
 * Those of one run that wait for a turn, in their order. One of them asks for all, so that a hundred writers that wait
 * are one question, and not a hundred.
 *
 * While none are short, as many more are asked for as are going to be used within {@link KEPT_FOR_MS}, by how many were
 * since the last question. What isn't used within that time is dropped.
 */
export class Turns {
  readonly #ask: AskForTurns;
  readonly #now: () => number;
  readonly #waiting: Waiter[] = [];
  readonly #mostWasted: number;
  readonly #regainedPerMs: number;
  #asking = false;
  #kept = 0;
  #keptUntil = 0;
  #usedSince = 0;
  #askedAt = -Infinity;
  #mayWaste: number;
  #shortUntil = -Infinity;

  /**
   * @param budget how many requests are given in a window of so many ms, to all who use it
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    ask: AskForTurns,
    budget: Readonly<{ requests: number; windowMs: number }>,
    now: () => number = () => performance.now(),
  ) {
    this.#ask = ask;
    this.#now = now;
    this.#mostWasted = budget.requests * WASTED;
    this.#mayWaste = this.#mostWasted;
    this.#regainedPerMs = this.#mostWasted / budget.windowMs;
  }

  /**
   * Resolves when it is the caller's turn.
   *
   * @param pause waits so many milliseconds; what it throws ends the wait of all, as when a run must stop
   */
  async next(pause: (ms: number) => Promise<void>): Promise<void> {
    if (this.#kept > 0 && this.#now() <= this.#keptUntil) {
      this.#kept -= 1;
      this.#usedSince += 1;
      return;
    }
    const turn = new Promise<void>((resolve, reject) => this.#waiting.push({ go: resolve, fail: reject }));
    if (!this.#asking) void this.#askForAll(pause);
    return turn;
  }

  /** Drops what was asked for ahead: the vault throttles. */
  drop(): void {
    this.#mayWaste -= this.#kept;
    this.#kept = 0;
    this.#shortUntil = this.#now() + SHORT_FOR_MS;
  }

  async #askForAll(pause: (ms: number) => Promise<void>): Promise<void> {
    this.#asking = true;
    try {
      // Those who come in the same moment are asked for together.
      await Promise.resolve();
      while (this.#waiting.length > 0) {
        const wanted = this.#waiting.length + this.#ahead();
        const [given, waitMs] = await this.#ask(wanted);
        if (given < wanted) this.#shortUntil = this.#now() + SHORT_FOR_MS;
        this.#give(given);
        if (this.#waiting.length > 0 && waitMs > 0) await pause(waitMs);
      }
    } catch (error) {
      for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    } finally {
      this.#asking = false;
    }
  }

  #ahead(): number {
    const now = this.#now();
    const [used, elapsed] = [this.#usedSince, now - this.#askedAt];
    const regained = Math.min(this.#mostWasted, this.#mayWaste + elapsed * this.#regainedPerMs);
    this.#mayWaste = regained - this.#kept;
    this.#kept = 0;
    this.#usedSince = 0;
    this.#askedAt = now;
    if (now < this.#shortUntil) return 0;
    const likely = Math.min(used, (used * KEPT_FOR_MS) / elapsed, MOST_AHEAD, this.#mayWaste);
    return Math.max(0, Math.floor(likely));
  }

  #give(given: number): void {
    const going = this.#waiting.splice(0, given);
    for (const waiter of going) waiter.go();
    this.#usedSince += going.length;
    this.#kept = given - going.length;
    this.#keptUntil = this.#now() + KEPT_FOR_MS;
  }
}
