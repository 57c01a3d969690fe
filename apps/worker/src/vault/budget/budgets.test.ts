import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connectProducer } from "@kvsync/queue";
import { requiredSetting, until } from "@kvsync/testing";
import { VaultBudgets, type BudgetLimits, type VaultBudget } from "./budgets.ts";

const VAULT = "https://shop.vault.azure.net";
const HOUR = 3_600_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
/** Stands for a wait that a test doesn't want. */
const never = async (ms: number): Promise<void> => {
  throw new Error(`has to wait for ${ms} ms`);
};

/** How many of so many requests are given without a wait. */
async function givenAtOnce(budget: VaultBudget, wanted: number): Promise<number> {
  const turns = Array.from({ length: wanted }, () => budget.takeWrite(never));
  const settled = await Promise.allSettled(turns);
  return settled.filter(({ status }) => status === "fulfilled").length;
}

describe("the budget that all workers share", () => {
  const connect = (): ReturnType<typeof connectProducer> =>
    connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
  const connections = [connect(), connect()] as const;
  beforeAll(() => Promise.all(connections.map((redis) => redis.ping())));
  afterAll(() => connections.forEach((redis) => redis.disconnect()));

  const workers = (limits: Partial<BudgetLimits>): readonly [VaultBudgets, VaultBudgets] => {
    const prefix = `{test-${randomUUID()}}`;
    const all = { writes: 40, reads: 40, windowMs: HOUR, ...limits };
    return [new VaultBudgets(connections[0], prefix, all), new VaultBudgets(connections[1], prefix, all)];
  };

  test("gives a quarter of the window at once, whoever asks, and makes the rest wait its turn", async () => {
    const [one, two] = workers({ writes: 40 });
    const given = await Promise.all([
      givenAtOnce(one.of(VAULT, "sync"), 20),
      givenAtOnce(two.of(VAULT, "sync"), 20),
    ]);
    // The first beyond the burst fits because the pace counts from it.
    expect(given[0] + given[1]).toBe(11);
  });

  test("gives never more than the window's limit in a window, and all of it", async () => {
    const [one, two] = workers({ writes: 40, windowMs: 1_000 });
    const times: number[] = [];
    const budgets = [one.of(VAULT, "a"), two.of(VAULT, "b")];
    await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        await budgets[n % 2]?.takeWrite(sleep);
        times.push(performance.now());
      }),
    );
    for (const [index, time] of times.entries()) {
      const inWindow = times.slice(0, index + 1).filter((earlier) => earlier > time - 1_000).length;
      expect(inWindow).toBeLessThanOrEqual(40);
    }
  });

  test("is another one for another vault, and for reads", async () => {
    const [one] = workers({ writes: 1 });
    const budget = one.of(VAULT, "sync");
    await expect(budget.takeWrite(never)).resolves.toBeUndefined();
    await expect(budget.takeWrite(never)).rejects.toThrow("has to wait");
    await expect(budget.takeRead(never)).resolves.toBeUndefined();
    await expect(one.of("https://other.vault.azure.net", "sync").takeWrite(never)).resolves.toBeUndefined();
  });

  test("is as low as a vault's own limit says", async () => {
    const [one] = workers({ writes: 40 });
    await expect(givenAtOnce(one.of(VAULT, "sync", 4), 10)).resolves.toBe(2);
  });

  test("lets a sync with a few secrets pass one with many, on whichever worker", async () => {
    const [one, two] = workers({ writes: 60, windowMs: 1_000 });
    const many = one.of(VAULT, "many");
    let given = 0;
    const all = Array.from({ length: 200 }, async () => {
      await many.takeWrite(sleep);
      given += 1;
    });
    await until("the window is full", () => given >= 60);
    const before = given;
    const few = two.of(VAULT, "few");
    await Promise.all(Array.from({ length: 5 }, () => few.takeWrite(sleep)));
    expect(given - before).toBeLessThan(60);
    await Promise.all(all);
  });

  test("gives nothing to anybody while the vault is held, and less for a while after it", async () => {
    const [one, two] = workers({ writes: 400 });
    await one.of(VAULT, "sync").hold("write", 30_000);
    await expect(two.of(VAULT, "sync").takeWrite(never)).rejects.toThrow(/has to wait for (2\d|30)/);
    await expect(two.of(VAULT, "sync").takeRead(never)).resolves.toBeUndefined();
  });

  test("after a hold begins without a burst and below its limit", async () => {
    const [one] = workers({ writes: 40 });
    const budget = one.of(VAULT, "sync");
    await budget.hold("write", 1);
    await sleep(20);
    await expect(givenAtOnce(budget, 20)).resolves.toBeLessThanOrEqual(1);
  });

  test("ends the wait of all who wait when one must stop", async () => {
    const [one] = workers({ writes: 1 });
    const budget = one.of(VAULT, "sync");
    await budget.takeWrite(never);
    const waiting = await Promise.allSettled([budget.takeWrite(never), budget.takeWrite(never)]);
    expect(waiting.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("goes on within each process while Redis is away", async () => {
    const gone = connectProducer("redis://127.0.0.1:1", () => undefined);
    const budgets = new VaultBudgets(gone, "{test}", { writes: 3, reads: 3, windowMs: HOUR });
    const budget = budgets.of(VAULT, "sync");
    await expect(givenAtOnce(budget, 5)).resolves.toBe(3);
    gone.disconnect();
  });
});
