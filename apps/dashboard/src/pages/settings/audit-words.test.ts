import { expect, test } from "@jest/globals";
import { actionWords, fieldWords, valueWords } from "./audit-words.ts";

test.each([
  ["secret.viewed", "Secret viewed"],
  ["single-sign-on.changed", "Single sign-on changed"],
  ["sign-in.failed", "Sign-in failed"],
  ["signed-out", "Signed out"],
  ["sync.run-requested", "Sync run requested"],
])("the action %s in words", (action, words) => {
  expect(actionWords(action)).toBe(words);
});

test("details in words", () => {
  expect(fieldWords("vaultUrl")).toBe("vault url");
  expect(valueWords(null)).toBe("none");
  expect(valueWords(false)).toBe("false");
  expect(valueWords(["a"])).toBe('[\n "a"\n]');
});
