import type { Grant } from "./shared-budget.ts";

/** Into how many buckets a window is divided: what is kept doesn't grow with the limit. */
const BUCKETS = 100;

/**
 * What one process was given of a budget, in a sliding window in memory, wherever it was given. Times are milliseconds
 * of one monotonic clock.
 */
export class LocalWindow {
  readonly #bucketMs: number;
  readonly #counts = new Uint32Array(BUCKETS + 1);
  #newest = 0;
  #taken = 0;
  #heldUntil = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  /** How many more requests fit; none while it is held. */
  room(now: number, limit: number): number {
    this.#forget(now);
    return now < this.#heldUntil ? 0 : Math.max(0, limit - this.#taken);
  }

  /** In how many milliseconds there may be room again, when there is none. */
  wait(now: number, limit: number): number {
    if (now < this.#heldUntil) return this.#heldUntil - now;
    let left = this.#taken;
    for (let bucket = this.#newest - BUCKETS; bucket <= this.#newest; bucket += 1) {
      left -= this.#counts[slotOf(bucket)] ?? 0;
      if (left < limit) return Math.max(1, (bucket + BUCKETS + 1) * this.#bucketMs - now);
    }
    return this.#bucketMs;
  }

  /** Counts what was given elsewhere. */
  add(now: number, requests: number): void {
    this.#forget(now);
    const slot = slotOf(this.#newest);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + requests;
    this.#taken += requests;
  }

  /** Decides by itself. */
  take(now: number, wanted: number, limit: number): Grant {
    const given = Math.min(wanted, this.room(now, limit));
    this.add(now, given);
    return [given, given < wanted ? this.wait(now, limit) : 0];
  }

  hold(now: number, ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + ms);
  }

  /** Moves on to the bucket of now; what leaves the window on the way isn't counted any more. */
  #forget(now: number): void {
    const bucket = Math.floor(now / this.#bucketMs);
    for (let next = Math.max(this.#newest + 1, bucket - BUCKETS); next <= bucket; next += 1) {
      const slot = slotOf(next);
      this.#taken -= this.#counts[slot] ?? 0;
      this.#counts[slot] = 0;
    }
    this.#newest = Math.max(this.#newest, bucket);
  }
}

/** A bucket takes the place of the one that has just left the window. */
function slotOf(bucket: number): number {
  return (bucket + BUCKETS + 1) % (BUCKETS + 1);
}
