/**
 * Counts requests in a sliding window: no stretch of time as long as the window sees more than the limit pass.
 * That is the stricter reading of "300 in 10 seconds"; Microsoft doesn't say where its windows begin.
 */
export class SlidingWindow {
  #times: number[] = [];
  #first = 0;

  /**
   * Whether one more may pass now.
   *
   * @param now milliseconds since 1970
   * @param countRejected whether what doesn't pass counts, too (Microsoft's page says both)
   */
  take(now: number, limit: number, windowMs: number, countRejected: boolean): boolean {
    // The clock can be set back, and what lies in the future would then never leave the window.
    if ((this.#times.at(-1) ?? now) > now) this.#clear();
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) <= now - windowMs)
      this.#first += 1;
    const passes = this.#times.length - this.#first < limit;
    if (passes || countRejected) this.#times.push(now);
    if (this.#first > 1024 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return passes;
  }

  #clear(): void {
    this.#times = [];
    this.#first = 0;
  }
}
