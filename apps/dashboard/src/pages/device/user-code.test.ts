import { expect, test } from "@jest/globals";
import { userCodeOf } from "./user-code.ts";

test.each([
  ["abcd", "ABCD"],
  ["abcde", "ABCD-E"],
  ["bcdfghjk", "BCDF-GHJK"],
  [" BCDF - GHJK ", "BCDF-GHJK"],
  ["BCDF–GHJKL", "BCDF-GHJK"],
  ["", ""],
])("“%s” is the code “%s”", (typed, code) => {
  expect(userCodeOf(typed)).toBe(code);
});
