import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { requiredSetting } from "@kvsync/testing";
import { connectProducer } from "@kvsync/queue";
import { LocalWindow, VaultBudgets } from "./budget.ts";

const VAULT = "https://shop.vault.azure.net";

describe("the budget that all workers share", () => {
  const connect = (): ReturnType<typeof connectProducer> =>
    connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
  const connections = [connect(), connect()] as const;
  beforeAll(() => Promise.all(connections.map((redis) => redis.ping())));
  afterAll(() => connections.forEach((redis) => redis.disconnect()));

  const given = (writes: number, windowMs: number): readonly [VaultBudgets, VaultBudgets] => {
    const prefix = `{test-${randomUUID()}}`;
    const [one, two] = connections;
    return [
      new VaultBudgets(one, prefix, { writes, windowMs }),
      new VaultBudgets(two, prefix, { writes, windowMs }),
    ];
  };

  test("gives so many writes in a window, whoever asks, and then tells when to come back", async () => {
    const [one, two] = given(5, 60_000);
    const takes = [one, two, one, two, one, two, one].map((budgets) => budgets.of(VAULT, "s").takeWrite());
    const waits = await Promise.all(takes);
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    for (const wait of waits.filter((ms) => ms > 0)) expect(wait).toBeLessThanOrEqual(60_600);
  });

  test("is another one for another vault", async () => {
    const [one] = given(1, 60_000);
    await expect(one.of(VAULT, "s").takeWrite()).resolves.toBe(0);
    await expect(one.of(VAULT, "s").takeWrite()).resolves.toBeGreaterThan(0);
    await expect(one.of("https://other.vault.azure.net", "s").takeWrite()).resolves.toBe(0);
  });

  test("gives nothing to anybody while the vault is held", async () => {
    const [one, two] = given(100, 60_000);
    await one.of(VAULT, "s").hold("write", 30_000);
    await expect(two.of(VAULT, "s").takeWrite()).resolves.toBeGreaterThan(20_000);
  });

  test("is kept by each worker itself while Redis is away", async () => {
    const gone = connectProducer("redis://127.0.0.1:1", () => undefined);
    const budgets = new VaultBudgets(gone, "{x}", { writes: 2, windowMs: 60_000 });
    const budget = budgets.of(VAULT, "s");
    await expect(budget.takeWrite()).resolves.toBe(0);
    await expect(budget.takeWrite()).resolves.toBe(0);
    await expect(budget.takeWrite()).resolves.toBeGreaterThan(0);
    gone.disconnect();
  });
});

test("a window in memory slides: a write is free again when one has left it", () => {
  const window = new LocalWindow({ writes: 2, windowMs: 100 });
  expect([window.take(0), window.take(40), window.take(50)]).toEqual([0, 0, 50]);
  expect([window.take(100), window.take(101)]).toEqual([0, 39]);
});
