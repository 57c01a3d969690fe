import { expect, test } from "@jest/globals";
import { StatementNames } from "./statement-names.ts";

test("the same text has always the same name, and another text another one", () => {
  const names = new StatementNames();
  const first = names.of("SELECT 1");
  expect(first).not.toBe("");
  expect(names.of("SELECT 2")).not.toBe(first);
  expect(names.of("SELECT 1")).toBe(first);
});

test("of what Prisma sends, its own statements have names, and none whose text varies or that asks for all columns", () => {
  const names = new StatementNames();
  const named = (text: string): boolean => names.ofPrisma(text) !== "";
  expect(named('SELECT "public"."User"."id" FROM "public"."User" WHERE "public"."User"."id" = $1')).toBe(
    true,
  );
  expect(named('UPDATE "public"."Secret" SET "version" = $1 WHERE "public"."Secret"."id" IN ($2)')).toBe(
    true,
  );
  expect(named('SELECT "public"."User"."id" FROM "public"."User" WHERE "id" IN ($1,$2) LIMIT $3')).toBe(
    false,
  );
  expect(named('INSERT INTO "public"."Value" ("a") VALUES ($1), ($2)')).toBe(false);
  expect(named('UPDATE "Sync" SET "state" = $1 RETURNING *')).toBe(false);
  expect(named('/* kept */ UPDATE "Sync" SET "state" = $1 RETURNING "id"')).toBe(true);
  expect(named("BEGIN")).toBe(false);
});

test("there are never more than so many", () => {
  const names = new StatementNames();
  const all = Array.from({ length: 2_000 }, (_, index) => names.of(`SELECT ${index}`));
  expect(new Set(all).size).toBe(501);
  expect(names.of("SELECT 3")).toBe(all[3]);
});
