/** Asks for so many turns. @returns how many are given and, when that is fewer, in how many milliseconds to ask again */
export type AskForTurns = (wanted: number) => Promise<readonly [given: number, waitMs: number]>;

type Waiter = Readonly<{ go: () => void; fail: (error: unknown) => void }>;

/**
 * Those of one run that wait for a turn, in their order. One of them asks for all, so that a hundred writers that wait
 * are one question, and not a hundred.
 */
export class Turns {
  readonly #ask: AskForTurns;
  readonly #waiting: Waiter[] = [];
  #asking = false;

  constructor(ask: AskForTurns) {
    this.#ask = ask;
  }

  /**
   * Resolves when it is the caller's turn.
   *
   * @param pause waits so many milliseconds; what it throws ends the wait of all, as when a run must stop
   */
  async next(pause: (ms: number) => Promise<void>): Promise<void> {
    const turn = new Promise<void>((resolve, reject) => this.#waiting.push({ go: resolve, fail: reject }));
    if (!this.#asking) void this.#askForAll(pause);
    return turn;
  }

  async #askForAll(pause: (ms: number) => Promise<void>): Promise<void> {
    this.#asking = true;
    try {
      // Those who come in the same moment are asked for together.
      await Promise.resolve();
      while (this.#waiting.length > 0) {
        const [given, waitMs] = await this.#ask(this.#waiting.length);
        for (const waiter of this.#waiting.splice(0, given)) waiter.go();
        if (this.#waiting.length > 0 && waitMs > 0) await pause(waitMs);
      }
    } catch (error) {
      for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    } finally {
      this.#asking = false;
    }
  }
}
