import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { between } from "./simulation.ts";
import { openTestBudgets, type TestBudgets } from "./testing.ts";

const limit = { requests: 240, windowMs: 10_000 };
const PER_S = 24;
const azure = { requests: 300, windowMs: 10_000 };
const NOON = 1_800_000_000_000;

let tested: TestBudgets;
beforeAll(async () => {
  tested = await openTestBudgets();
});
afterAll(() => tested.close());

const big = (name: string): { name: string; writes: number } => ({ name, writes: 50_000 });

describe("a budget whose vault throttles all the same", () => {
  test("gives nothing for as long as it is told, the longest time of several, and says when to ask again", async () => {
    const { budget, newKey } = tested;
    const key = newKey();
    await budget.hold(key, 8_000, limit.windowMs, NOON);
    await budget.hold(key, 2_000, limit.windowMs, NOON + 100);
    await expect(budget.take(key, "a", 5, limit, NOON + 1_000)).resolves.toEqual([0, 7_000]);
    await expect(budget.take(key, "b", 1, limit, NOON + 7_999)).resolves.toEqual([0, 1]);
    const [given] = await budget.take(key, "b", 1, limit, NOON + 8_000);
    expect(given).toBe(1);
  });

  test("begins again without a rush, however many waited, and gets back to its pace within a minute", async () => {
    const { budget, newKey } = tested;
    const key = newKey();
    await budget.hold(key, 5_000, limit.windowMs, NOON);
    const times: number[] = [];
    for (let ms = 0; ms < 90_000; ms += 50)
      for (let sync = 0; sync < 4; sync += 1) {
        const [given] = await budget.take(key, `sync ${sync}`, 16, limit, NOON + ms);
        for (let n = 0; n < given; n += 1) times.push(ms);
      }
    expect(between(times, 0, 5_000)).toBe(0);
    const perS = (second: number): number => between(times, second * 1_000, (second + 5) * 1_000) / 5;
    expect(between(times, 5_000, 6_000)).toBeLessThan(PER_S);
    expect(perS(5)).toBeLessThan(0.8 * PER_S);
    expect(perS(80)).toBeGreaterThan(0.95 * PER_S);
    // By degrees, not by a leap.
    for (let second = 5; second < 80; second += 5)
      expect(perS(second + 5)).toBeLessThan(perS(second) + 0.25 * PER_S);
  });

  test("takes what is refused together for one sign", async () => {
    const { budget, newKey } = tested;
    const rateAfter = async (holds: number): Promise<number> => {
      const key = newKey();
      for (let n = 0; n < holds; n += 1) await budget.hold(key, 500, limit.windowMs, NOON);
      let given = 0;
      for (let ms = 600; ms < 3_600; ms += 10)
        given += (await budget.take(key, "a", 16, limit, NOON + ms))[0];
      return given;
    };
    expect(await rateAfter(16)).toBe(await rateAfter(1));
  });

  test.each([100, 150, 200])(
    "shares it with other users who make %i of 300 requests, and is seldom refused",
    async (others) => {
      const runs = [big("a"), big("b")];
      const until = 240_000;
      const { served, throttled } = await tested.simulate({
        limit,
        vault: azure,
        others: () => others,
        until,
        runs,
      });
      const left = ((azure.requests - others) / 10_000) * 120_000;
      expect(between(served, 120_000, until)).toBeGreaterThan(0.75 * left);
      expect(throttled.length).toBeLessThan(0.02 * served.length);
    },
  );

  test("recovers after other users have left", async () => {
    const others = (now: number): number => (now > 20_000 && now < 50_000 ? 280 : 0);
    const { served, throttled } = await tested.simulate({
      limit,
      vault: azure,
      others,
      until: 180_000,
      runs: [big("a")],
    });
    expect(throttled.length).toBeGreaterThan(0);
    expect(between(served, 120_000, 180_000)).toBeGreaterThan(0.97 * PER_S * 60);
  });
});
