/** Counts by vault, then operation, then HTTP status; a lost answer counts under `dropped` or `hung`. */
type VaultCounts = Record<string, Record<string, number>>;

/** A copy of the counts since the last reset. */
export type StatisticsSnapshot = Readonly<{
  /** When counting began, ISO 8601, by the emulator's clock. */
  since: string;
  tokens: Readonly<{ issued: number; refused: Readonly<Record<string, number>> }>;
  /** Requests to Entra by operation and status. */
  entra: VaultCounts;
  vaults: Readonly<Record<string, VaultCounts>>;
  /** Answers with 429, vaults and Entra together. */
  throttled: number;
  concurrency: Readonly<{
    now: number;
    max: number;
    /** The most requests of one operation at one vault that were under way at once. */
    maxByVault: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }>;
}>;

export type Outcome = number | "dropped" | "hung";

/** Where Entra's requests are counted, beside the vaults' names, which never contain a dot. */
const ENTRA = "login.";

type Counter = { inFlight: number; max: number; readonly outcomes: Map<Outcome, number> };

/** Counts every request to Entra and the vaults. Holds no names of secrets and no values. */
export class Statistics {
  readonly #now: () => number;
  #since: number;
  #counters = new Map<string, Map<string, Counter>>();
  #issued = 0;
  #refused = new Map<string, number>();
  #throttled = 0;
  #inFlight = 0;
  #max = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** Counts a request in. The returned function counts it out, once. */
  begin(vault: string | undefined, operation: string): (outcome: Outcome) => void {
    const counter = this.#counter(vault ?? ENTRA, operation);
    counter.inFlight += 1;
    if (counter.inFlight > counter.max) counter.max = counter.inFlight;
    this.#inFlight += 1;
    if (this.#inFlight > this.#max) this.#max = this.#inFlight;
    return (outcome) => {
      counter.inFlight -= 1;
      this.#inFlight -= 1;
      counter.outcomes.set(outcome, (counter.outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 429) this.#throttled += 1;
    };
  }

  tokenIssued(): void {
    this.#issued += 1;
  }

  /** @param code the number of AADSTS, for example 700213 */
  tokenRefused(code: number): void {
    this.#refused.set(String(code), (this.#refused.get(String(code)) ?? 0) + 1);
  }

  snapshot(): StatisticsSnapshot {
    const vaults: Record<string, VaultCounts> = {};
    const maxByVault: Record<string, Record<string, number>> = {};
    let entra: VaultCounts = {};
    for (const [vault, operations] of this.#counters) {
      const counts: VaultCounts = {};
      for (const [operation, { outcomes }] of operations) {
        if (outcomes.size > 0) counts[operation] = Object.fromEntries(outcomes);
      }
      if (vault === ENTRA) entra = counts;
      else {
        vaults[vault] = counts;
        maxByVault[vault] = Object.fromEntries([...operations].map(([name, { max }]) => [name, max]));
      }
    }
    return {
      since: new Date(this.#since).toISOString(),
      tokens: { issued: this.#issued, refused: Object.fromEntries(this.#refused) },
      entra,
      vaults,
      throttled: this.#throttled,
      concurrency: { now: this.#inFlight, max: this.#max, maxByVault },
    };
  }

  /** Begins to count anew. How requests end that were under way is no longer counted. */
  reset(): void {
    this.#since = this.#now();
    this.#counters = new Map();
    this.#issued = 0;
    this.#refused = new Map();
    this.#throttled = 0;
    this.#max = this.#inFlight;
  }

  #counter(vault: string, operation: string): Counter {
    let operations = this.#counters.get(vault);
    if (operations === undefined) this.#counters.set(vault, (operations = new Map()));
    let counter = operations.get(operation);
    if (counter === undefined) {
      operations.set(operation, (counter = { inFlight: 0, max: 0, outcomes: new Map() }));
    }
    return counter;
  }
}
