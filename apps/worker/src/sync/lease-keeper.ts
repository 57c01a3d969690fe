import { renewLease, type Database, type Lease } from "@kvsync/store";
import type { Clock } from "../clock.ts";

/** How long a lease lasts unless it is renewed, in milliseconds: a dead worker's sync is taken over after this. */
export const LEASE_TTL_MS = 30_000;
const RENEW_EVERY_MS = 8_000;
/** A lease counts as lost this long before the database lets it go, so that a write begun in time arrives in time. */
const MARGIN_MS = 5_000;

/**
 * Renews a lease in the background, and knows at any moment whether it may still be relied on. While the database is
 * away it can't be renewed, and so ends by the clock.
 */
export class LeaseKeeper {
  readonly lease: Lease;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  #goodUntil: number;
  #refused = false;
  #renewing: Promise<void> | undefined;

  /** @param takenAt when the lease was asked for, on the monotonic clock */
  constructor(database: Database, lease: Lease, takenAt: number, clock: Clock) {
    this.#clock = clock;
    this.lease = lease;
    this.#database = database;
    this.#goodUntil = takenAt + LEASE_TTL_MS - MARGIN_MS;
    this.#timer = setInterval(() => {
      this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    }, RENEW_EVERY_MS);
    this.#timer.unref();
  }

  /** Whether the next write may begin. */
  get holds(): boolean {
    return !this.#refused && this.#clock.monotonic() < this.#goodUntil;
  }

  /** Ends the renewal. The lease itself is handed back by whoever ends the run. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const askedAt = this.#clock.monotonic();
    try {
      if (await renewLease(this.#database, this.lease, LEASE_TTL_MS))
        this.#goodUntil = askedAt + LEASE_TTL_MS - MARGIN_MS;
      else this.#refused = true;
    } catch {
      // The database is away: the next renewal tries again, and `holds` turns false when the time is up.
    }
  }
}
