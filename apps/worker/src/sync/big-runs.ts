import type { Guard } from "./halt.ts";

/** A sync with more secrets than this is big: its plan takes memory worth counting, and its push takes minutes. */
const BIG_FROM = 2_000;
/** So many big runs are under way at once in one process. */
const AT_ONCE = 4;
/** How often a big run that waits looks for a place, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Lets only a few big runs go on at once, so that they leave memory, and the queue's places, to small ones: a sync with
 * five secrets never waits for one with fifty thousand.
 */
export class BigRuns {
  #running = 0;

  /**
   * Waits for a place if the sync is big.
   *
   * @param secrets how many secrets the source has
   * @returns what gives the place back, once
   * @throws {Halt} when the run must stop meanwhile
   */
  async enter(secrets: number, guard: Guard): Promise<() => void> {
    if (secrets <= BIG_FROM) return () => undefined;
    while (this.#running >= AT_ONCE) await guard.pause(LOOK_EVERY_MS);
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }
}
