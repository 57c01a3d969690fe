import type { SharedBudget, WindowLimit } from "./shared-budget.ts";

/** A sync of a simulation. */
export type SyncModel = Readonly<{
  name: string;
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
  syncs: readonly SyncModel[];
  /** How long it lasts (ms). */
  until: number;
  /** What the vault allows, to its other users together with the syncs, in how many ms. None when it allows all. */
  vault?: Readonly<{ requests: number; windowMs: number }>;
  /** How many requests in 10 s the vault's other users make, evenly, between these times. */
  others?: (now: number) => number;
}>;

/** What came of it. Times are milliseconds since its beginning. */
export type Outcome = Readonly<{
  /** When each request reached the vault, for each sync; those that were throttled aren't among them. */
  times: ReadonlyMap<string, readonly number[]>;
  all: readonly number[];
  throttled: readonly number[];
}>;

/** How long a request takes (ms), at the most; half of it on its way there. */
const LATENCY_MS = 60;
/** A wait lasts up to so much longer than was asked. */
const SPREAD_MS = 15;
const EPOCH = 1_800_000_000_000;

type Event = Readonly<{ at: number; happens: () => Promise<void> | void }>;

/** Runs syncs against a budget in Redis on a clock of its own, so that minutes take moments. */
export async function simulate(budget: SharedBudget, key: string, simulation: Simulation): Promise<Outcome> {
  const { limit, syncs, until, vault, others = () => 0 } = simulation;
  const random = randomFrom(7);
  const events: Event[] = [];
  const plan = (at: number, happens: Event["happens"]): void => {
    const next = events.findIndex((event) => event.at > at);
    events.splice(next === -1 ? events.length : next, 0, { at, happens });
  };
  const times = new Map<string, number[]>(syncs.map(({ name }) => [name, []]));
  const all: number[] = [];
  const throttled: number[] = [];
  const seen: number[] = [];
  let now = 0;

  /** Whether the vault lets a request through. */
  const arrives = (): boolean => {
    if (vault === undefined) return true;
    while (seen[0] !== undefined && seen[0] <= now - vault.windowMs) seen.shift();
    if (seen.length >= vault.requests) return false;
    seen.push(now);
    return true;
  };

  for (const { name, writes, from = 0, lanes = 16, diesAt = Infinity } of syncs) {
    let fresh = writes;
    /** Writes that were throttled, by how often. */
    const again: number[] = [];
    let underWay = 0;
    let asks = false;
    const ask = async (): Promise<void> => {
      const wanted = Math.min(fresh + again.length, lanes - underWay);
      if (now >= diesAt || wanted <= 0) {
        asks = false;
        return;
      }
      asks = true;
      const [given, waitMs] = await budget.take(key, name, wanted, limit, EPOCH + now);
      underWay += given;
      for (let n = 0; n < given; n += 1) {
        const failures = again.pop() ?? 0;
        if (failures === 0) fresh -= 1;
        const takes = LATENCY_MS * (0.5 + random() / 2);
        plan(now + takes / 2, () => reach(failures));
        plan(now + takes, () => (asks ? undefined : ask()));
      }
      if (given < wanted) plan(now + waitMs + random() * SPREAD_MS, ask);
      else asks = false;
    };
    const reach = async (failures: number): Promise<void> => {
      underWay -= 1;
      if (arrives()) {
        times.get(name)?.push(now);
        all.push(now);
        return;
      }
      throttled.push(now);
      again.push(failures + 1);
      const backoff = Math.min(16_000, 500 * 2 ** (failures + 1)) * (0.1 + 0.9 * random());
      await budget.hold(key, backoff, limit.windowMs, EPOCH + now);
    };
    plan(from, ask);
  }

  const userOf = (): void => {
    arrives();
    const rate = others(now) / 10_000;
    plan(now + (rate > 0 ? 1 / rate : 100), rate > 0 ? userOf : idle);
  };
  const idle = (): void => plan(now + 100, others(now) > 0 ? userOf : idle);
  if (vault !== undefined) idle();

  while (events.length > 0) {
    const event = events.shift();
    if (event === undefined || event.at > until) break;
    now = event.at;
    await event.happens();
  }
  return { times, all, throttled };
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
