import { describe, expect, test } from "@jest/globals";
import { fieldProblems } from "./field-problems.ts";

describe("the problems of fields", () => {
  test.each([
    ["vaultUrl: must be an https address", { vaultUrl: "must be an https address" }],
    ["name: is too short; slug: may hold a-z; only", { name: "is too short", slug: "may hold a-z; only" }],
    ["schedule.cron: must have five fields", { "schedule.cron": "must have five fields" }],
    [
      "secrets.0.key: is missing; secrets[1].key: is missing",
      { "secrets.0.key": "is missing", "secrets[1].key": "is missing" },
    ],
    ["name: a; name: b", { name: "a; b" }],
    ["The body must be an object", {}],
  ])("of “%s”", (message, problems) => {
    expect(fieldProblems(message)).toEqual(problems);
  });
});
