/**
 * The emulator's one source of time. Every timestamp it issues and every delay it keeps (propagation, deletion,
 * throttling, token and key lifetimes) is measured by this clock and passes at once when the clock is advanced.
 * Only latency, which a client really waits for, runs on real timers.
 */
export class Clock {
  readonly #source: () => number;
  #offsetMs = 0;

  /** @param source milliseconds since 1970; the real time unless told otherwise */
  constructor(source: () => number = Date.now) {
    this.#source = source;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#source() + this.#offsetMs;
  }

  /** Whole seconds since 1970, rounded down as Key Vault's `created` and `updated` are. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** How far this clock is ahead of its source, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  set offsetMs(offsetMs: number) {
    this.#offsetMs = offsetMs;
  }
}
