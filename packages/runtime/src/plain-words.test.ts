import { expect, test } from "@jest/globals";
import { z } from "zod";
import { inPlainWords } from "./plain-words.ts";

/** What is said of the first thing that is wrong with a value. */
function said(schema: z.ZodType, given: unknown): string | undefined {
  return schema.safeParse(given, { error: inPlainWords }).error?.issues[0]?.message;
}

test.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, "is missing"],
  [z.string(), 5, "must be a text"],
  [z.coerce.number(), "abc", "must be a number"],
  [z.int(), 1.5, "must be a whole number"],
  [z.boolean(), "yes", "must be true or false"],
  [z.array(z.string()), {}, "must be a list"],
  [z.object({}), [], "must be an object"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(12), "short", "must have at least 12 characters"],
  [z.string().max(25_600), "x".repeat(25_601), "must have at most 25,600 characters"],
  [z.string().length(3), "x", "must have exactly 3 characters"],
  [z.array(z.string()).min(1), [], "must not be empty"],
  [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 entry"],
  [z.number().min(1), 0, "must be at least 1"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.number().max(300), 301, "must be at most 300"],
  [z.number().multipleOf(5), 6, "must be a multiple of 5"],
  [z.uuid(), "x", "must be an id (a UUID)"],
  [z.iso.datetime(), "today", "must be a time like 2026-11-26T08:00:00Z"],
  [z.string().regex(/^[a-z]+$/), "A", "must match /^[a-z]+$/"],
  [z.ipv4(), "x", "must be a valid ipv4"],
  [z.enum(["read", "write"]), "all", 'must be one of "read", "write"'],
  [z.enum(["read", "write"]), undefined, "is missing"],
  [z.literal(true), false, "must be true"],
  [z.strictObject({}), { one: 1 }, "has a field that isn't known: one"],
  [z.strictObject({}), { one: 1, two: 2 }, "has fields that aren't known: one, two"],
  [z.record(z.enum(["a"]), z.string()), { b: "x", a: "y" }, "has a field that isn't known: b"],
  [z.record(z.uuid(), z.string()), { b: "x" }, "has a key that isn't allowed"],
  [z.union([z.string(), z.number()]), true, "has none of the forms that are possible here"],
  [z.string({ error: "must be so" }), 5, "must be so"],
  [z.string().refine(() => false, { error: "must be thus" }), "x", "must be thus"],
])("%#: says in plain words what must be", (schema, given, sentence) => {
  expect(said(schema, given)).toBe(sentence);
});
