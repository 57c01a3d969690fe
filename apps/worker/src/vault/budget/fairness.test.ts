import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { between, type RunModel } from "./simulation.ts";
import { openTestBudgets, type TestBudgets } from "./testing.ts";

const limit = { requests: 240, windowMs: 10_000 };
const PER_S = 24;
const SECOND = 1_000;

const big = (name: string, rest: Partial<RunModel> = {}): RunModel => ({ name, writes: 50_000, ...rest });
const small = (name: string, from: number, rest: Partial<RunModel> = {}): RunModel => ({
  name,
  writes: 5,
  from,
  ...rest,
});

/** How long after its beginning each run was given its last write, in ms. */
function waits(
  runs: readonly RunModel[],
  given: ReadonlyMap<string, readonly number[]>,
): Map<string, number> {
  return new Map(
    runs.map(({ name, writes, from = 0 }) => {
      const times = given.get(name) ?? [];
      return [name, times.length === writes ? (times.at(-1) ?? Infinity) - from : Infinity];
    }),
  );
}

let tested: TestBudgets;
beforeAll(async () => {
  tested = await openTestBudgets();
});
afterAll(() => tested.close());

describe("a sync with a few secrets", () => {
  test.each([300, 1_000, 3_000, 5_000, 7_000, 9_000, 11_000, 15_000, 25_000])(
    "never waits for long behind one with many, whenever it comes (at %i ms)",
    async (from) => {
      const runs = [small("small", from), small("other", from + 200, { lanes: 1 })];
      const { given } = await tested.simulate({ limit, until: from + 12_000, runs: [big("big"), ...runs] });
      for (const [, waited] of waits(runs, given)) expect(waited).toBeLessThan(3 * SECOND);
    },
  );

  test("never waits for long behind many lanes of one sync on several workers", async () => {
    const many = [1, 2, 3].map((n) => big(`worker ${n}`, { sync: "big" }));
    const runs = [small("small", 12_000)];
    const { given } = await tested.simulate({ limit, until: 20_000, runs: [...many, ...runs] });
    expect(waits(runs, given).get("small")).toBeLessThan(SECOND);
  });

  test("never waits for long where several big and many small ones come and go", async () => {
    const smalls = Array.from({ length: 20 }, (_, n) =>
      small(`small ${n}`, 700 + n * 1_700, { lanes: 1 + (n % 5) }),
    );
    const bigs = [big("a"), big("b", { from: 2_000 }), big("c", { from: 20_000 })];
    const { given, allGiven } = await tested.simulate({ limit, until: 50_000, runs: [...bigs, ...smalls] });
    for (const [, waited] of waits(smalls, given)) expect(waited).toBeLessThan(3 * SECOND);
    expect(allGiven.length).toBeGreaterThan(0.97 * PER_S * 50);
  });

  test("isn't kept waiting where the window has room", async () => {
    const ones = Array.from({ length: 30 }, (_, n) => small(`${n}`, n * 301, { writes: 1 }));
    const runs = [big("big", { writes: 200 }), ...ones];
    const { given } = await tested.simulate({ limit, until: 10_000, runs });
    for (const [, waited] of waits(ones, given)) expect(waited).toBe(0);
  });
});

describe("syncs with many secrets", () => {
  test("get the same, whenever they came", async () => {
    const runs = [big("a"), big("b", { from: 5_000, lanes: 3 }), big("c", { from: 12_000, lanes: 50 })];
    const { given } = await tested.simulate({ limit, until: 60_000, runs });
    // Once the latest has caught up with the others, which is soon.
    for (const { name } of runs) {
      const perS = between(given.get(name) ?? [], 30_000, 60_000) / 30;
      expect(perS).toBeGreaterThan((0.9 * PER_S) / 3);
      expect(perS).toBeLessThan((1.1 * PER_S) / 3);
    }
  });

  test("get what another can't use", async () => {
    const runs = [big("a"), big("b"), { name: "slow", writes: 50_000, lanes: 1 }];
    const { given, allGiven } = await tested.simulate({
      limit: { ...limit, requests: 900 },
      until: 40_000,
      runs,
    });
    // One lane does about 20 a second, which is less than a third of 90.
    const perS = (name: string): number => between(given.get(name) ?? [], 20_000, 40_000) / 20;
    expect(perS("slow")).toBeGreaterThan(15);
    expect(Math.abs(perS("a") - perS("b"))).toBeLessThan(0.1 * perS("a"));
    expect(between(allGiven, 20_000, 40_000) / 20).toBeGreaterThan(0.97 * 90);
  });

  test("get the same by sync, however many workers ask for one of them", async () => {
    const many = [1, 2, 3, 4].map((n) => big(`worker ${n}`, { sync: "many" }));
    const { given, allGiven } = await tested.simulate({
      limit,
      until: 40_000,
      runs: [...many, big("single")],
    });
    const single = between(given.get("single") ?? [], 20_000, 40_000);
    expect(single).toBeGreaterThan(0.45 * between(allGiven, 20_000, 40_000));
  });

  test("give way to one that had less until it has caught up", async () => {
    const runs = [1, 2, 3, 4].map((n) => big(`worker ${n}`, { sync: "many" }));
    const late = { name: "late", writes: 60, from: 20_000 };
    const { given } = await tested.simulate({ limit, until: 40_000, runs: [...runs, late] });
    // All that is given, and not its half.
    expect(waits([late], given).get("late")).toBeLessThan((1.2 * SECOND * 60) / PER_S);
  });

  test("aren't kept waiting by those that stopped asking", async () => {
    const dead = [1, 2, 3, 4].map((n) => big(`dead ${n}`, { from: 12_000, diesAt: 14_000 }));
    const { given } = await tested.simulate({ limit, until: 30_000, runs: [big("a"), ...dead] });
    for (const { name } of dead) expect((given.get(name) ?? []).length).toBeGreaterThan(5);
    // They are waited for a moment, which is made up for.
    for (let from = 15_500; from < 29_000; from += SECOND)
      expect(between(given.get("a") ?? [], from, from + SECOND)).toBeGreaterThan(0.5 * PER_S);
  });
});
