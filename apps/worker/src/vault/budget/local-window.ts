/** How many requests a vault is given in a window. */
export type WindowLimit = Readonly<{ requests: number; windowMs: number }>;

/** A sliding window in memory. Times are those of one monotonic clock, in milliseconds. */
export class LocalWindow {
  #taken: number[] = [];
  #heldUntil = 0;

  /**
   * @param wanted how many requests
   * @returns how many may happen now and, when that is fewer, in how many milliseconds to ask again
   */
  take(now: number, wanted: number, { requests, windowMs }: WindowLimit): readonly [number, number] {
    if (now < this.#heldUntil) return [0, this.#heldUntil - now];
    while (this.#taken[0] !== undefined && this.#taken[0] <= now - windowMs) this.#taken.shift();
    const given = Math.max(0, Math.min(wanted, requests - this.#taken.length));
    for (let n = 0; n < given; n += 1) this.#taken.push(now);
    const [oldest] = this.#taken;
    const wait = given === wanted || oldest === undefined ? 0 : Math.max(1, oldest + windowMs - now);
    return [given, wait];
  }

  hold(now: number, ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + ms);
  }
}
