import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { recoveredRate } from "@kvsync/contracts";
import { connectProducer, readBudgets } from "@kvsync/queue";
import { requiredSetting } from "@kvsync/testing";
import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { VaultBudgets } from "./budgets.ts";
import { RECOVERED_RATE } from "./script-parts.ts";

const VAULT = "https://shop.vault.azure.net";

const redis = connectProducer(requiredSetting("TEST_REDIS_URL"), () => undefined);
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

test("what is shown of a budget grows back as what is given does", async () => {
  const script = `local now = tonumber(ARGV[1])\n${RECOVERED_RATE}
    return string.format('%.9f', recovered(tonumber(ARGV[2]), tonumber(ARGV[3])))`;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 50_000, max: 1_000_000 }).map((millionths) => millionths / 1_000_000),
      fc.integer({ min: -5_000, max: 90_000 }),
      async (rate, ms) => {
        const held = 1_764_000_000_000;
        const given = Number(await redis.eval(script, 0, held + ms, rate, held));
        expect(recoveredRate({ rate, held }, held + ms)).toBeCloseTo(given, 6);
      },
    ),
    { numRuns: 200 },
  );
});

test("a vault is shown as throttled from its first hold until its rate is back", async () => {
  const prefix = `{test-${randomUUID()}}`;
  const budgets = new VaultBudgets(redis, prefix, { writes: 200, reads: 900, windowMs: 10_000 });
  const states = (): ReturnType<typeof readBudgets> => readBudgets(redis, prefix, [VAULT]);
  await budgets.of(VAULT, "sync").takeWrite(async () => undefined);
  expect(await states()).toEqual([]);
  await budgets.hold(VAULT, "write", 30_000);
  const [first, ...others] = await states();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ vaultUrl: VAULT, kind: "write", limit: 200, currentLimit: 0 });
  expect(first?.heldUntil?.getTime()).toBeGreaterThan(Date.now() + 25_000);
  await budgets.hold(VAULT, "write", 40_000);
  expect((await states())[0]?.since).toEqual(first?.since);
  const [key = ""] = await redis.keys(`${prefix}:budget:write:*`);
  await redis.hset(key, "held", String(Date.now() - 300_000));
  expect(await states()).toEqual([]);
});
