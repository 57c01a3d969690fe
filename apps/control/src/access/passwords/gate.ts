import { ApiError } from "@kvsync/contracts";

/** Lets a few do at once what takes much memory; the others wait their turn, up to a number. */
export class Gate {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: Array<() => void> = [];
  #inside = 0;

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws {ApiError} 503 `UNAVAILABLE` when too many wait */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#inside < this.#atOnce) {
      this.#inside += 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting)
      throw new ApiError(503, "UNAVAILABLE", "Too many sign in at once. Try again in a moment.");
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whoever waits longest takes the place over, so that the number inside stays as it is. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}
