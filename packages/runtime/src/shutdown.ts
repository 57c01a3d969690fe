import type { Logger } from "./logger.ts";

type Step = Readonly<{ name: string; stop: () => Promise<void> | void }>;

/**
 * Ends a process in order: on SIGTERM or SIGINT the steps run last-added first, each once, and the process exits
 * with 0. Where they take longer than `deadlineMs` altogether, it exits with 1 and names the step that hung.
 * A second signal changes nothing.
 */
export class Shutdown {
  readonly #steps: Step[] = [];
  readonly #logger: Logger;
  readonly #deadlineMs: number;
  #running: Promise<void> | undefined;
  #current = "";

  constructor(logger: Logger, deadlineMs = 10_000) {
    this.#logger = logger;
    this.#deadlineMs = deadlineMs;
  }

  /** Adds what must be stopped; what was added last is stopped first. */
  add(name: string, stop: Step["stop"]): void {
    this.#steps.push({ name, stop });
  }

  /** Begins to listen for SIGTERM and SIGINT. */
  listen(): void {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => void this.#exit(signal));
    }
  }

  /** Runs the steps. Safe to call again: the second call waits for the first. */
  async run(): Promise<void> {
    this.#running ??= this.#runSteps();
    return this.#running;
  }

  async #runSteps(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      this.#current = step.name;
      try {
        await step.stop();
      } catch (error) {
        this.#logger.error({ err: error, step: step.name }, "a step of the shutdown failed");
      }
    }
  }

  async #exit(signal: string): Promise<void> {
    if (this.#running) return;
    this.#logger.info({ signal }, "stopping");
    const deadline = setTimeout(() => {
      this.#logger.error({ step: this.#current, deadlineMs: this.#deadlineMs }, "the shutdown took too long");
      process.exit(1);
    }, this.#deadlineMs);
    await this.run();
    clearTimeout(deadline);
    this.#logger.info("stopped");
    process.exit(0);
  }
}
