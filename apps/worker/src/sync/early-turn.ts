import type { Clock } from "../clock.ts";
import { TURN_GOOD_FOR_MS } from "../vault/budget/budgets.ts";

/**
 * A turn in a vault's write budget that is asked for while a write is still being prepared. If preparing takes long, it is
 * let go and another is taken: what a budget gives is for now.
 */
export class EarlyTurn {
  readonly #take: () => Promise<void>;
  readonly #clock: Pick<Clock, "monotonic">;
  #takenAt: Promise<number> | undefined;

  /** @param take asks for a turn, and rejects when the run must stop meanwhile */
  constructor(take: () => Promise<void>, clock: Pick<Clock, "monotonic">) {
    this.#take = take;
    this.#clock = clock;
    this.#takenAt = take().then(() => clock.monotonic());
    // Whoever uses it sees the error; nobody may.
    this.#takenAt.catch(() => undefined);
  }

  /** Resolves when the write may be sent. Each further use asks for a turn of its own. */
  async use(): Promise<void> {
    const early = this.#takenAt;
    this.#takenAt = undefined;
    if (early !== undefined) {
      const takenAt = await early;
      if (this.#clock.monotonic() - takenAt <= TURN_GOOD_FOR_MS) return;
    }
    await this.#take();
  }
}
