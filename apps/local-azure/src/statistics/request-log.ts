import type { Operation } from "../operations.ts";
import type { Outcome } from "./statistics.ts";

/** One request as the log keeps it: who asked for what and how it ended, never a value, a token or a tag. */
export type LoggedRequest = Readonly<{
  /** When it came, ISO 8601, by the emulator's clock. */
  at: string;
  /** Absent for requests to Entra. */
  vault?: string;
  operation: Operation;
  method: string;
  /** The secret's name as the client wrote it. */
  secret?: string;
  outcome: Outcome;
  /** Key Vault's inner code where there is one, else its code, or `AADSTS…`. */
  code?: string;
  /** Whether the request came with a body at all. */
  hasBody: boolean;
  /** Whether it came with an Authorization header. */
  hasToken: boolean;
  /** From arrival to answer, in real milliseconds. */
  durationMs: number;
}>;

export type RequestFilter = Readonly<{ vault?: string; operation?: Operation; outcome?: Outcome }>;

/** The last so many requests, oldest first. */
export class RequestLog {
  readonly #capacity: number;
  #entries: LoggedRequest[] = [];
  #next = 0;

  /** @param capacity how many requests are kept; older ones are forgotten */
  constructor(capacity = 50_000) {
    this.#capacity = capacity;
  }

  add(entry: LoggedRequest): void {
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  list(filter: RequestFilter = {}): LoggedRequest[] {
    const inOrder = [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
    return inOrder.filter(
      (entry) =>
        (filter.vault === undefined || entry.vault === filter.vault.toLowerCase()) &&
        (filter.operation === undefined || entry.operation === filter.operation) &&
        (filter.outcome === undefined || entry.outcome === filter.outcome),
    );
  }

  reset(): void {
    this.#entries = [];
    this.#next = 0;
  }
}
