import { expect, test } from "@jest/globals";
import { nameHints } from "./name-hints.ts";

const sync = (namePolicy: "strict" | "hyphenate" | "dotnet", prefix = "") => ({
  name: "Production",
  prefix,
  namePolicy,
});

test.each([
  ["API-KEY", sync("strict")],
  ["API_KEY", sync("hyphenate")],
  ["Section__Key", sync("dotnet")],
  ["x".repeat(127), sync("strict")],
])("%s is no trouble where the vault can hold it", (name, rule) => {
  expect(nameHints(name, [rule])).toEqual([]);
});

test("a name that a vault can't hold says which sync and why", () => {
  expect(nameHints("API_KEY", [sync("strict"), sync("hyphenate")])).toEqual([
    "“Production” can’t write it: Key Vault takes no _ in names.",
  ]);
  expect(nameHints("a.b", [sync("dotnet")])).toEqual([expect.stringContaining("no . in names")]);
  expect(nameHints("x".repeat(126), [sync("strict", "ab")])).toEqual([
    expect.stringContaining("128 characters of 127"),
  ]);
});
