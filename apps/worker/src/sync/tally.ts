import { noCounts } from "@kvsync/contracts";
import type { RunCounts } from "@kvsync/store";
import type { WriteKind } from "./actions.ts";
import type { WriteResult } from "./settle.ts";

/** Counts what a run did while it does it. */
export class RunTally {
  /** How many values were read. */
  valuesRead = 0;
  #nextAttempt: Date | null = null;
  readonly #counts: { -readonly [Key in keyof RunCounts]: number } = { total: 0, ...noCounts };

  get counts(): RunCounts {
    return { ...this.#counts };
  }

  /** How many secrets the source has. */
  set total(total: number) {
    this.#counts.total = total;
  }

  /** So many secrets stay as they are without being named. */
  leaveOut(secrets: number): void {
    this.#counts.unchanged += secrets;
  }

  add(what: Exclude<keyof RunCounts, "total">): void {
    this.#counts[what] += 1;
  }

  /** A secret that failed is to be tried again then. */
  retriesAt(time: Date | null): void {
    if (time !== null && (this.#nextAttempt === null || time < this.#nextAttempt)) this.#nextAttempt = time;
  }

  /** When the first of the failed secrets is to be tried again, or null. */
  get nextAttempt(): Date | null {
    return this.#nextAttempt;
  }

  addWrite(kind: WriteKind, result: WriteResult): void {
    if (!result.ok) this.add("failed");
    else if (!result.enabled) this.add("blocked");
    else if (result.recovered) this.add("recovered");
    else
      this.add(
        (
          {
            create: "created",
            update: "updated",
            adopt: "adopted",
            recover: "created",
            rewrite: "repaired",
          } as const
        )[kind],
      );
  }
}
