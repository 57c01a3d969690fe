import type { Failure } from "@kvsync/contracts";
import { validationSteps, type ValidationStep, type ValidationStepName } from "@kvsync/store";

/** Keeps a validation's steps with their times, and tells each change. */
export class StepLog {
  readonly #save: (steps: readonly ValidationStep[]) => Promise<void>;
  readonly #steps = new Map<ValidationStepName, ValidationStep>(
    validationSteps.map((step) => [step, { step, state: "pending" }]),
  );

  constructor(save: (steps: readonly ValidationStep[]) => Promise<void>) {
    this.#save = save;
  }

  get steps(): readonly ValidationStep[] {
    return [...this.#steps.values()];
  }

  /**
   * Runs a step and notes how long it took and how it ended.
   *
   * @param toFailure what an error means; the error is thrown on
   */
  async step<Result>(
    name: ValidationStepName,
    work: () => Promise<Result>,
    toFailure: (error: unknown) => Failure | undefined,
  ): Promise<Result> {
    const startedAt = new Date().toISOString();
    const begun = performance.now();
    await this.#set({ step: name, state: "running", startedAt });
    const durationMs = (): number => Math.round(performance.now() - begun);
    try {
      const result = await work();
      await this.#set({ step: name, state: "succeeded", startedAt, durationMs: durationMs() });
      return result;
    } catch (error) {
      const failure = toFailure(error);
      await this.#set({
        step: name,
        state: "failed",
        startedAt,
        durationMs: durationMs(),
        ...(failure === undefined ? {} : { code: failure.code, fields: failure.fields }),
        ...(failure?.requestId === undefined ? {} : { requestId: failure.requestId }),
      });
      throw error;
    }
  }

  /** Notes that a step isn't possible here and isn't needed. */
  async leaveOut(name: ValidationStepName, failure?: Failure): Promise<void> {
    const before = this.#steps.get(name);
    await this.#set({
      ...(before ?? { step: name }),
      step: name,
      state: "skipped",
      ...(failure === undefined ? {} : { code: failure.code, fields: failure.fields }),
    });
  }

  async #set(step: ValidationStep): Promise<void> {
    this.#steps.set(step.step, step);
    await this.#save(this.steps);
  }
}
