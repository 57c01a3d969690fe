import type { SharedBudget, WindowLimit } from "./shared-budget.ts";

/** A sync's run, on one worker. */
export type RunModel = Readonly<{
  name: string;
  /** The sync, where several workers ask for one. Else it is the name. */
  sync?: string;
  /** How many writes it has, from when on (ms). */
  writes: number;
  from?: number;
  /** How many of them are under way or wait at once. */
  lanes?: number;
  /** When it dies, without a word to anybody. */
  diesAt?: number;
}>;

export type Simulation = Readonly<{
  limit: WindowLimit;
  runs: readonly RunModel[];
  /** How long it lasts (ms). */
  until: number;
  /** What the vault allows, to its other users and the syncs together. Without it all is allowed. */
  vault?: WindowLimit;
  /** How many requests in 10 s the vault's other users make at this time, evenly. */
  others?: (now: number) => number;
}>;

/** What came of it. Times are milliseconds since its beginning. */
export type Outcome = Readonly<{
  /** When the requests of each run were given. */
  given: ReadonlyMap<string, readonly number[]>;
  allGiven: readonly number[];
  /** When requests were let through by the vault, and when they were throttled. */
  served: readonly number[];
  throttled: readonly number[];
  /** How often Redis was asked. */
  asked: number;
}>;

/** How long a request takes at the most (ms); half of it on its way to the vault. */
const LATENCY_MS = 60;
/** A wait lasts up to so much longer than was asked (ms). */
const SPREAD_MS = 15;
/** The beginning, in Unix milliseconds. */
const EPOCH = 1_800_000_000_000;

/** Runs syncs against a budget in Redis on a clock of their own, so that minutes take moments. */
export async function simulate(budget: SharedBudget, key: string, simulation: Simulation): Promise<Outcome> {
  const { limit, runs, until, vault, others = () => 0 } = simulation;
  const random = randomFrom(7);
  const line = new Timeline();
  const modelled = new VaultModel(vault);
  const given = new Map<string, number[]>(runs.map(({ name }) => [name, []]));
  const outcome = {
    given,
    allGiven: [] as number[],
    served: [] as number[],
    throttled: [] as number[],
    asked: 0,
  };

  const start = ({ name, sync = name, writes, from = 0, lanes = 16, diesAt = Infinity }: RunModel): void => {
    let fresh = writes;
    /** Writes that were throttled, by how often. */
    const again: number[] = [];
    let underWay = 0;
    let asks = false;
    const ask = async (): Promise<void> => {
      const wanted = Math.min(fresh + again.length, lanes - underWay);
      asks = wanted > 0 && line.now < diesAt;
      if (!asks) return;
      outcome.asked += 1;
      const [count, waitMs] = await budget.take(key, sync, wanted, limit, EPOCH + line.now);
      for (let n = 0; n < count; n += 1) begin();
      asks = count < wanted;
      if (asks) line.plan(waitMs + random() * SPREAD_MS, ask);
    };
    const begin = (): void => {
      given.get(name)?.push(line.now);
      outcome.allGiven.push(line.now);
      const failures = again.pop() ?? 0;
      if (failures === 0) fresh -= 1;
      underWay += 1;
      const takes = LATENCY_MS * (0.5 + random() / 2);
      line.plan(takes / 2, () => reach(failures));
      line.plan(takes, async () => {
        underWay -= 1;
        if (!asks) await ask();
      });
    };
    const reach = async (failures: number): Promise<void> => {
      const isServed = modelled.serves(line.now);
      outcome[isServed ? "served" : "throttled"].push(line.now);
      if (isServed) return;
      again.push(failures + 1);
      const backoff = Math.min(16_000, 500 * 2 ** (failures + 1)) * (0.1 + 0.9 * random());
      await budget.hold(key, backoff, limit.windowMs, EPOCH + line.now);
    };
    line.plan(from, ask);
  };

  const beOthers = async (): Promise<void> => {
    const rate = others(line.now);
    if (rate > 0) modelled.serves(line.now);
    line.plan(rate > 0 ? 10_000 / rate : 100, beOthers);
  };
  line.plan(0, beOthers);
  runs.forEach(start);
  await line.run(until);
  return outcome;
}

/** What happens, in the order of its time. */
class Timeline {
  /** Milliseconds since the beginning. */
  now = 0;
  readonly #events: Array<{ readonly at: number; readonly happens: () => Promise<void> }> = [];

  plan(inMs: number, happens: () => Promise<void>): void {
    const at = this.now + inMs;
    const next = this.#events.findIndex((event) => event.at > at);
    this.#events.splice(next === -1 ? this.#events.length : next, 0, { at, happens });
  }

  async run(until: number): Promise<void> {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      if (event.at > until) return;
      this.now = event.at;
      await event.happens();
    }
  }
}

/** A vault that serves so many requests in a sliding window, and doesn't count those that it refuses. */
class VaultModel {
  readonly #limit: WindowLimit | undefined;
  readonly #served: number[] = [];

  constructor(limit: WindowLimit | undefined) {
    this.#limit = limit;
  }

  serves(now: number): boolean {
    if (this.#limit === undefined) return true;
    const { requests, windowMs } = this.#limit;
    while (this.#served[0] !== undefined && this.#served[0] <= now - windowMs) this.#served.shift();
    if (this.#served.length >= requests) return false;
    this.#served.push(now);
    return true;
  }
}

/** The most of these times, ascending, that lie within a window. */
export function busiest(times: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** How many of these times lie from one to before another. */
export function between(times: readonly number[], from: number, to: number): number {
  return times.filter((time) => time >= from && time < to).length;
}

/** Pseudo-random numbers in [0, 1), the same ones each time. Source: Tommy Ettinger's mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
