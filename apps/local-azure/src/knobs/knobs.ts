import type { Clock } from "../clock.ts";
import { type Random, seededRandom } from "../random.ts";
import {
  defaultKnobs,
  knobsPatch,
  type KnobsPatch,
  type KnobValues,
  type ParsedKnobsPatch,
} from "./schema.ts";

/** Where the knobs stand. Everything reads them at the moment of use, so a change acts on the next request. */
export class Knobs {
  readonly #clock: Clock;
  #values = defaultKnobs();
  #random: Random = seededRandom(this.#values.seed);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get values(): KnobValues {
    return this.#values;
  }

  /** The dice of faults and empty pages. */
  roll(): number {
    return this.#random();
  }

  /** A copy for people, as JSON. */
  snapshot(): KnobValues {
    return structuredClone({ ...this.#values, clock: { offsetMs: this.#clock.offsetMs } });
  }

  /** @throws {z.ZodError} naming what is unknown or out of bounds; nothing has changed then */
  patch(input: KnobsPatch): KnobValues {
    const patch = knobsPatch.parse(input);
    this.#values = merge(this.#values, patch);
    if (patch.seed !== undefined) this.#random = seededRandom(patch.seed);
    if (patch.clock?.offsetMs !== undefined) this.#clock.offsetMs = patch.clock.offsetMs;
    return this.snapshot();
  }

  /** Moves the clock on by so many milliseconds; what waits for that time to pass has waited. */
  advance(milliseconds: number): KnobValues {
    return this.patch({ clock: { offsetMs: this.#clock.offsetMs + milliseconds } });
  }

  /** Every knob as at the start, the clock and the dice included. */
  reset(): KnobValues {
    this.#values = defaultKnobs();
    this.#random = seededRandom(this.#values.seed);
    this.#clock.offsetMs = 0;
    return this.snapshot();
  }
}

/** What the knobs are after a change; pure. */
function merge(current: KnobValues, patch: ParsedKnobsPatch): KnobValues {
  return {
    latency: {
      allMs: patch.latency?.allMs ?? current.latency.allMs,
      byOperation: without(current.latency.byOperation, patch.latency?.byOperation),
    },
    throttle: assigned(current.throttle, patch.throttle),
    propagation: assigned(current.propagation, patch.propagation),
    deletion: assigned(current.deletion, patch.deletion),
    issuerKeys: assigned(current.issuerKeys, patch.issuerKeys),
    token: assigned(current.token, patch.token),
    paging: assigned(current.paging, patch.paging),
    clock: assigned(current.clock, patch.clock),
    firewall: without(current.firewall, lowerCasedKeys(patch.firewall)),
    faults: patch.faults ?? current.faults,
    seed: patch.seed ?? current.seed,
  };
}

/** `undefined` leaves a field as it is. */
function assigned<Group extends object>(
  current: Group,
  patch: { [Key in keyof Group]?: Group[Key] | undefined } | undefined,
): Group {
  const given = Object.entries(patch ?? {}).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(given) };
}

/** `null` takes the entry away. */
function without<Value>(
  current: Readonly<Record<string, Value>>,
  patch: Readonly<Record<string, Value | null | undefined>> | undefined,
): Record<string, Value> {
  const result: Record<string, Value> = { ...current };
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function lowerCasedKeys<Value>(record: Readonly<Record<string, Value>> | undefined): Record<string, Value> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
}
