import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { isUniqueViolation, openDatabase, type Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import type { PipelinedTransaction } from "./pipelined-transaction.ts";

let testDatabase: TestDatabase;
/** Holds one connection, so that each test goes on with the one that the transaction before it had. */
let database: Database;
let other: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, 1);
  other = openDatabase(testDatabase.url, 1);
  await other.$executeRaw`CREATE TABLE "Number" ("n" int PRIMARY KEY, "late" int UNIQUE DEFERRABLE INITIALLY DEFERRED)`;
});
afterAll(async () => {
  await Promise.all([database.$disconnect(), other.$disconnect()]);
  await testDatabase.drop();
});
beforeEach(() => other.$executeRaw`TRUNCATE "Number"`);

const add = (n: number, late: number | null = null): Prisma.Sql =>
  Prisma.sql`INSERT INTO "Number" ("n", "late") VALUES (${n}::int, ${late}::int)`;
const all = Prisma.sql`SELECT "n" FROM "Number" ORDER BY "n"`;
const stored = async (): Promise<number[]> => {
  const rows = await other.$statement<{ n: number }>(all);
  return rows.map(({ n }) => n);
};

test("statements are carried out in the order in which they are given, and stand together", async () => {
  const seen = await database.$pipelined(async (transaction) => {
    transaction.$send(add(1), "kept");
    const [between] = await Promise.all([
      transaction.$statement<{ n: number }>(all),
      transaction.$statement(add(2), "kept"),
    ]);
    expect(await stored()).toEqual([]);
    transaction.$send(add(3), "kept");
    return between.map(({ n }) => n);
  });
  expect(seen).toEqual([1]);
  expect(await stored()).toEqual([1, 2, 3]);
});

test.each<[string, (transaction: PipelinedTransaction) => Promise<unknown>]>([
  ["awaited", (transaction) => transaction.$statement(add(1))],
  [
    "awaited together with others",
    (t) => Promise.all([t.$statement(all), t.$statement(add(1)), t.$statement(all)]),
  ],
  ["whose answer nobody needs", async (transaction) => transaction.$send(add(1))],
  [
    "whose answer nobody needs, before others that are awaited",
    async (transaction) => {
      transaction.$send(add(1));
      await transaction.$statement(all);
    },
  ],
  ["whose failure is overlooked", (transaction) => transaction.$statement(add(1)).catch(() => undefined)],
  ["that is checked at the end", async (transaction) => transaction.$send(add(2, 7))],
])("a statement %s that fails undoes all, and its error is thrown", async (_which, fail) => {
  await other.$statement(add(1, 7));
  const failed: unknown = await database
    .$pipelined(async (transaction) => {
      transaction.$send(add(0));
      await fail(transaction);
    })
    .catch((error: unknown) => error);
  expect(isUniqueViolation(failed)).toBe(true);
  expect(await stored()).toEqual([1]);
  await database.$pipelined(async (transaction) => transaction.$send(add(3)));
  expect(await stored()).toEqual([1, 3]);
});

test("what the work throws undoes all, and what it still does then reaches no other transaction", async () => {
  let ended: PipelinedTransaction | undefined;
  const refused = database.$pipelined(async (transaction) => {
    ended = transaction;
    transaction.$send(add(1));
    throw new RangeError("refused");
  });
  await expect(refused).rejects.toThrow(RangeError);
  expect(() => ended?.$send(add(2))).toThrow("has ended");
  await expect(ended?.$statement(add(2))).rejects.toThrow("has ended");
  await database.$pipelined(async (transaction) => transaction.$send(add(3)));
  expect(await stored()).toEqual([3]);
});

test("a connection that ends in the middle fails the transaction, and the next one gets another", async () => {
  const cut = database.$pipelined(async (transaction) => {
    transaction.$send(add(1));
    const [own] = await transaction.$statement<{ pid: number }>(Prisma.sql`SELECT pg_backend_pid() AS "pid"`);
    await other.$executeRaw`SELECT pg_terminate_backend(${own?.pid}::int)`;
    await transaction.$statement(all);
  });
  await expect(cut).rejects.toThrow();
  await database.$pipelined(async (transaction) => transaction.$send(add(2)));
  expect(await stored()).toEqual([2]);
});

test("a transaction of Prisma's goes through the same connections", async () => {
  await database.$transaction(async (transaction) => {
    await Promise.all([1, 2, 3].map((n) => transaction.$executeRaw(add(n))));
  });
  await database.$pipelined(async (transaction) => transaction.$send(add(4)));
  expect(await stored()).toEqual([1, 2, 3, 4]);
});
