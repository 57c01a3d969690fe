import type { Guard } from "./halt.ts";

/** A sync with more secrets than this is big: its plan takes memory worth counting, and its push takes minutes. */
const BIG_FROM = 2_000;
/** So many big runs are under way at once in one process. */
const AT_ONCE = 4;
/** How often a big run that waits looks for a place, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Lets only a few runs that read a big sync's secrets go on at once, so that they leave memory, and the queue's places, to
 * small ones: a sync with five secrets never waits for one with fifty thousand.
 */
export class BigRuns {
  #running = 0;

  /**
   * A place for one run.
   *
   * @param secrets how many secrets the source has
   */
  placeFor(secrets: number, guard: Guard): BigRunPlace {
    let taken = false;
    return {
      take: async () => {
        if (taken || secrets <= BIG_FROM) return;
        while (this.#running >= AT_ONCE) await guard.pause(LOOK_EVERY_MS);
        this.#running += 1;
        taken = true;
      },
      leave: () => {
        if (taken) this.#running -= 1;
        taken = false;
      },
    };
  }
}

export type BigRunPlace = Readonly<{
  /** Waits for the place if the sync is big. @throws {Halt} when the run must stop meanwhile */
  take: () => Promise<void>;
  /** Gives it back, if it was taken. */
  leave: () => void;
}>;
