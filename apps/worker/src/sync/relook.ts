import type { Action, DeleteAction, WriteAction } from "./actions.ts";
import { decide } from "./decide.ts";
import { lookAtNames, type LookEnvironment, type LookRequest } from "./look.ts";
import type { PlanInput } from "./plan.ts";
import { planOneRemoval } from "./removals.ts";

/**
 * How long what was seen of a vault secret is relied on, in milliseconds: our own write or a list of so long ago. Key
 * Vault knows no conditional writes, so between a look and a write there is always a gap; this bounds it.
 */
const FRESH_MS = 60_000;

/** Whether what was seen then is still relied on. Times are Unix milliseconds. */
export function isFresh(seenAt: number, now: number): boolean {
  return now - seenAt <= FRESH_MS && seenAt <= now;
}

/** Looks at one secret again just before something is done to it, and decides anew. */
export class Relook {
  readonly #input: PlanInput;
  readonly #request: LookRequest;
  readonly #environment: LookEnvironment;

  constructor(input: PlanInput, request: LookRequest, environment: LookEnvironment) {
    this.#input = input;
    this.#request = request;
    this.#environment = environment;
  }

  async write(action: WriteAction): Promise<Action> {
    const { secret, vaultName, key, record } = action;
    const view = await lookAtNames(new Map([[key, vaultName]]), this.#request, this.#environment);
    // It was planned to be written: whether it may rest was settled then.
    return decide({ ...this.#input, view, retryAll: true }, { secret, vaultName, key, record });
  }

  async removal(action: DeleteAction): Promise<Action> {
    const { vaultName, key } = action;
    const view = await lookAtNames(new Map([[key, vaultName]]), this.#request, this.#environment);
    return planOneRemoval({ ...this.#input, view, retryAll: true }, action);
  }
}
