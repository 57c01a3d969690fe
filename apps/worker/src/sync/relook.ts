import type { Action, DeleteAction, WriteAction } from "./actions.ts";
import { decide } from "./decide.ts";
import { lookAtLiving, type LookEnvironment, type LookRequest } from "./look.ts";
import type { PlanInput } from "./plan.ts";
import { planOneRemoval } from "./removals.ts";
import type { VaultView } from "./view.ts";

/**
 * How long what was seen of a vault secret is relied on, in milliseconds: our own write or a list of so long ago. Key
 * Vault knows no conditional writes, so between a look and a write there is always a gap; this bounds it.
 */
const FRESH_MS = 60_000;

/** Whether what was seen then is still relied on. Times are Unix milliseconds. */
export function isFresh(seenAt: number, now: number): boolean {
  return now - seenAt <= FRESH_MS && seenAt <= now;
}

/** So many secrets are looked at together, ahead of the writers. */
const CHUNK = 64;

/**
 * Looks again at secrets that were seen too long ago, just before something is done to them, and decides anew. A long
 * push does so for most of its secrets: a request each, a chunk ahead, so that no writer waits for it.
 */
export class Relook {
  readonly #input: PlanInput;
  readonly #request: LookRequest;
  readonly #environment: LookEnvironment;
  readonly #effects: ReadonlyArray<WriteAction | DeleteAction>;
  readonly #chunks = new Map<number, Promise<VaultView>>();

  /** @param effects the plan's, in the order in which they are carried out */
  constructor(
    input: PlanInput,
    request: LookRequest,
    environment: LookEnvironment,
    effects: ReadonlyArray<WriteAction | DeleteAction>,
  ) {
    this.#input = input;
    this.#request = request;
    this.#environment = environment;
    this.#effects = effects;
  }

  /**
   * What is to be done now: as planned, if that goes by a fresh look.
   *
   * @param index the effect's place in the order given
   */
  async decide(index: number): Promise<Action> {
    const planned = this.#effects[index];
    if (planned === undefined) throw new RangeError(`there is no effect ${index}`);
    if (this.#isFresh(planned.seenAt)) return planned;
    const chunk = Math.floor(index / CHUNK);
    let view = await this.#load(chunk);
    this.#chunks.delete(chunk - 2);
    // Where writes are slow, the chunk's look may be old too.
    if (this.#isFresh(view.seenAt)) this.#load(chunk + 1).catch(() => undefined);
    else view = await this.#look([planned]);
    // It was planned to be done: whether it may rest was settled then.
    const input = { ...this.#input, view, retryAll: true };
    return planned.kind === "delete" ? planOneRemoval(input, planned) : decide(input, planned);
  }

  #isFresh(seenAt: number): boolean {
    return isFresh(seenAt, this.#environment.now());
  }

  #load(chunk: number): Promise<VaultView> {
    const loading = this.#chunks.get(chunk);
    if (loading !== undefined) return loading;
    const view = this.#look(this.#effects.slice(chunk * CHUNK, (chunk + 1) * CHUNK));
    this.#chunks.set(chunk, view);
    return view;
  }

  /** A deleted secret that holds a name isn't looked for: the vault refuses the write then, and says why. */
  #look(effects: ReadonlyArray<WriteAction | DeleteAction>): Promise<VaultView> {
    const names = new Map(effects.map(({ key, vaultName }) => [key, vaultName]));
    return lookAtLiving(names, this.#request, this.#environment);
  }
}
