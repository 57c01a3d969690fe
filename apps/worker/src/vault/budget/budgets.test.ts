import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connectProducer } from "@kvsync/queue";
import { requiredSetting } from "@kvsync/testing";
import { VaultBudgets, type BudgetLimits, type VaultBudget } from "./budgets.ts";

const VAULT = "https://shop.vault.azure.net";
/** So long a window that none ends within a test. */
const HOUR = 3_600_000;

/** Stands for a wait that a test doesn't want. */
const never = async (ms: number): Promise<void> => {
  throw new Error(`has to wait for ${ms} ms`);
};

/** How many of so many requests are given without a wait. */
async function givenAtOnce(
  budget: VaultBudget,
  wanted: number,
  kind: "takeWrite" | "takeRead" = "takeWrite",
): Promise<number> {
  const turns = Array.from({ length: wanted }, () => budget[kind](never));
  const settled = await Promise.allSettled(turns);
  return settled.filter(({ status }) => status === "fulfilled").length;
}

describe("the budgets that all workers share", () => {
  const connect = (): ReturnType<typeof connectProducer> =>
    connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
  const connections = [connect(), connect()] as const;
  beforeAll(() => Promise.all(connections.map((redis) => redis.ping())));
  afterAll(() => connections.forEach((redis) => redis.disconnect()));

  const newPrefix = (): string => `{test-${randomUUID()}}`;
  const workers = (
    limits: Partial<BudgetLimits>,
    prefix = newPrefix(),
  ): readonly [VaultBudgets, VaultBudgets] => {
    const all = { writes: 60, reads: 60, windowMs: HOUR, ...limits };
    return [new VaultBudgets(connections[0], prefix, all), new VaultBudgets(connections[1], prefix, all)];
  };

  test("are one for all workers: most of a window at once, and never more than it", async () => {
    const [one, two] = workers({ writes: 60 });
    const first = await givenAtOnce(one.of(VAULT, "sync"), 40);
    const second = await givenAtOnce(two.of(VAULT, "other"), 40);
    expect(first).toBe(40);
    expect(second).toBeGreaterThanOrEqual(10);
    expect(first + second).toBeLessThanOrEqual(60);
  });

  test("are another one for another vault, and for reads", async () => {
    const [one] = workers({ writes: 1 });
    const budget = one.of(VAULT, "sync");
    await expect(budget.takeWrite(never)).resolves.toBeUndefined();
    await expect(budget.takeWrite(never)).rejects.toThrow("has to wait");
    await expect(budget.takeRead(never)).resolves.toBeUndefined();
    await expect(one.of("https://other.vault.azure.net", "sync").takeWrite(never)).resolves.toBeUndefined();
  });

  test("are as low, or as high, as a vault's own limit says", async () => {
    const [one] = workers({ writes: 60, reads: 60 });
    const low = one.of(VAULT, "sync", { writes: 4, reads: 6 });
    await expect(givenAtOnce(low, 10)).resolves.toBe(4);
    await expect(givenAtOnce(low, 10, "takeRead")).resolves.toBe(6);
    const high = one.of("https://other.vault.azure.net", "sync", { writes: 120, reads: null });
    await expect(givenAtOnce(high, 90)).resolves.toBe(90);
    await expect(givenAtOnce(high, 70, "takeRead")).resolves.toBeLessThanOrEqual(60);
  });

  test("pace reads that are tried again by a vault's own limit too, as it was given last", async () => {
    const [one] = workers({ reads: 60 });
    const { nextTurn } = one.readPacing(VAULT, "sync");
    one.of(VAULT, "sync", { writes: null, reads: 1 });
    await nextTurn(new AbortController().signal);
    const stop = new AbortController();
    const waits = nextTurn(stop.signal);
    waits.catch(() => undefined);
    // Another sync's turn is asked for after it, and shows that none is left.
    await expect(one.of(VAULT, "other", { writes: null, reads: 1 }).takeRead(never)).rejects.toThrow(
      "has to wait",
    );
    one.of(VAULT, "sync", { writes: null, reads: 60 });
    await expect(one.readPacing(VAULT, "sync").nextTurn(stop.signal)).resolves.toBeUndefined();
    stop.abort(new Error("stopped"));
    await expect(waits).rejects.toThrow("stopped");
  });

  test("give nothing to anybody while the vault is held, in any worker", async () => {
    const [one, two] = workers({});
    await one.of(VAULT, "sync").hold("write", 30_000);
    for (const budgets of [one, two])
      await expect(budgets.of(VAULT, "sync").takeWrite(never)).rejects.toThrow(
        /has to wait for (2\d|30)\d{3}/,
      );
    await expect(two.of(VAULT, "sync").takeRead(never)).resolves.toBeUndefined();
  });

  test("are held by who knows the vault alone", async () => {
    const [one, two] = workers({});
    await one.hold(VAULT, "read", 30_000);
    await expect(two.of(VAULT, "sync").takeRead(never)).rejects.toThrow("has to wait");
    await expect(two.of(VAULT, "sync").takeWrite(never)).resolves.toBeUndefined();
  });

  test("stay within the limit in each process when Redis is emptied in mid-window", async () => {
    const prefix = newPrefix();
    const [one] = workers({ writes: 60 }, prefix);
    await expect(givenAtOnce(one.of(VAULT, "sync"), 45)).resolves.toBe(45);
    await connections[0].del(await connections[0].keys(`${prefix}*`));
    await expect(givenAtOnce(one.of(VAULT, "sync"), 45)).resolves.toBe(15);
  });

  test("know their scripts again after Redis forgot them", async () => {
    const [one] = workers({});
    await expect(givenAtOnce(one.of(VAULT, "sync"), 1)).resolves.toBe(1);
    await connections[0].script("FLUSH");
    await expect(givenAtOnce(one.of(VAULT, "sync"), 1)).resolves.toBe(1);
    await connections[0].script("FLUSH");
    await one.hold(VAULT, "write", 30_000);
    await expect(givenAtOnce(one.of(VAULT, "sync"), 1)).resolves.toBe(0);
  });
});

test("while Redis is away each process keeps to the budget, and to a hold, by itself", async () => {
  const gone = connectProducer("redis://127.0.0.1:1", () => undefined);
  const budgets = new VaultBudgets(gone, "{test}", { writes: 3, reads: 3, windowMs: HOUR });
  const budget = budgets.of(VAULT, "sync");
  await expect(givenAtOnce(budget, 5)).resolves.toBe(3);
  await budget.hold("read", 30_000);
  await expect(budget.takeRead(never)).rejects.toThrow("has to wait");
  gone.disconnect();
});
