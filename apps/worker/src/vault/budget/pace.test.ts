import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { between, busiest } from "./simulation.ts";
import { openTestBudgets, type TestBudgets } from "./testing.ts";

const limit = { requests: 240, windowMs: 10_000 };
const PER_S = 24;
const azure = { requests: 300, windowMs: 10_000 };
const big = (name: string): { name: string; writes: number } => ({ name, writes: 50_000 });

let tested: TestBudgets;
beforeAll(async () => {
  tested = await openTestBudgets();
});
afterAll(() => tested.close());

describe("the pace of a budget", () => {
  test("is the limit's, and even, for as long as there is demand", async () => {
    const runs = [big("a"), big("b"), big("c")];
    const { allGiven, asked } = await tested.simulate({ limit, vault: azure, until: 120_000, runs });
    expect(allGiven.length).toBeGreaterThan(0.97 * PER_S * 120);
    expect(between(allGiven, 60_000, 120_000)).toBeGreaterThan(0.97 * PER_S * 60);
    for (let second = 20; second < 119; second += 1)
      expect(between(allGiven, second * 1_000, second * 1_000 + 1_000)).toBeLessThan(1.5 * PER_S);
    // One question for all lanes of a run.
    expect(asked).toBeLessThan(2 * allGiven.length);
  });

  test("lets most of an empty window be used at once", async () => {
    const { allGiven } = await tested.simulate({ limit, until: 15_000, runs: [{ name: "a", writes: 200 }] });
    expect(between(allGiven, 0, 1_000)).toBe(200);
  });

  test("keeps a vault that allows a quarter more from throttling", async () => {
    const runs = [big("a"), big("b")];
    const { served, throttled } = await tested.simulate({ limit, vault: azure, until: 60_000, runs });
    expect(served.length).toBeGreaterThan(1_000);
    expect(throttled).toEqual([]);
  });

  test("makes nobody wait where the limit is far away", async () => {
    const high = { requests: 100_000, windowMs: 10_000 };
    const runs = [
      { name: "a", writes: 3_000, lanes: 100 },
      { name: "b", writes: 3_000, lanes: 100 },
    ];
    const { allGiven } = await tested.simulate({ limit: high, until: 10_000, runs });
    expect(allGiven.length).toBe(6_000);
  });

  test("never exceeds the limit within any window", async () => {
    const run = fc.record({
      writes: fc.integer({ min: 1, max: 150 }),
      from: fc.integer({ min: 0, max: 5_000 }),
      lanes: fc.integer({ min: 1, max: 40 }),
    });
    const windowMs = fc.constantFrom(700, 1_000, 2_500);
    await fc.assert(
      fc.asyncProperty(
        fc.array(run, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 60 }),
        windowMs,
        async (models, requests, window) => {
          const runs = models.map((model, n) => ({ name: `${n}`, ...model }));
          const { allGiven } = await tested.simulate({
            limit: { requests, windowMs: window },
            until: 9_000,
            runs,
          });
          expect(busiest(allGiven, window)).toBeLessThanOrEqual(requests);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("survives that Redis' clock is set back", async () => {
    const { budget, newKey } = tested;
    const key = newKey();
    const hundred = { requests: 100, windowMs: 10_000 };
    const noon = 1_800_000_000_000;
    const [first] = await budget.take(key, "a", 100, hundred, noon);
    const [second] = await budget.take(key, "b", 100, hundred, noon - 3_000);
    expect(first + second).toBeLessThanOrEqual(100);
    await budget.hold(key, 20_000, hundred.windowMs, noon);
    await expect(budget.take(key, "c", 1, hundred, noon - 3_600_000)).resolves.toEqual([1, 0]);
    await budget.hold(key, 1_000, hundred.windowMs, noon - 3_600_000);
    await expect(budget.take(key, "c", 1, hundred, noon - 3_599_900)).resolves.toEqual([0, 900]);
  });
});
