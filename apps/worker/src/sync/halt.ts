import { KvsyncError } from "@kvsync/contracts";
import type { LeaseStanding } from "@kvsync/store";
import { systemClock, type Clock } from "../clock.ts";

/** Why a run can't go on: the worker stops, or another worker may have the sync now. */
export type HaltReason = "stopping" | "lease-lost";

/** Ends a run at a safe point. Not a failure: another run goes on from what the records and the vault show. */
export class Halt extends KvsyncError {
  override readonly name = "Halt";
  readonly reason: HaltReason;

  constructor(reason: HaltReason) {
    super(reason === "stopping" ? "RUN_INTERRUPTED" : "LEASE_LOST", `The run stops here: ${reason}.`);
    this.reason = reason;
  }
}

/** Why a run whose lease stands like this must stop, or undefined when it may go on. */
export function haltFor(standing: LeaseStanding): Halt | undefined {
  if (standing === "lost") return new Halt("lease-lost");
  return standing === "told-to-stop" ? new Halt("stopping") : undefined;
}

/** Asked before every effect of a run. */
export class Guard {
  readonly #holdsLease: () => boolean;
  readonly #stop: AbortSignal;
  readonly #clock: Clock;

  /** @param stop aborted when the worker stops */
  constructor(holdsLease: () => boolean, stop: AbortSignal, clock: Clock = systemClock) {
    this.#holdsLease = holdsLease;
    this.#stop = stop;
    this.#clock = clock;
  }

  /** @throws {Halt} when the next effect may not happen */
  check(): void {
    if (this.#stop.aborted) throw new Halt("stopping");
    if (!this.#holdsLease()) throw new Halt("lease-lost");
  }

  /** Waits, unless the worker stops meanwhile. @throws {Halt} */
  async pause(ms: number): Promise<void> {
    this.check();
    await this.#clock.wait(ms, this.#stop);
    this.check();
  }
}
