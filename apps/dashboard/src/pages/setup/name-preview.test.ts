import { describe, expect, test } from "@jest/globals";
import { bestPolicy, previewNames } from "./name-preview.ts";

describe("what a name policy makes of a project's names", () => {
  test("shows the names that fail by themselves first, and why", () => {
    expect(previewNames(["A-B", "DB_HOST", "API.KEY"], "web-", "strict")).toEqual({
      fitting: 1,
      failing: 2,
      shown: [
        { name: "DB_HOST", vaultName: null, problem: "Key Vault doesn’t allow “_”" },
        { name: "API.KEY", vaultName: null, problem: "Key Vault doesn’t allow “.”" },
        { name: "A-B", vaultName: "web-A-B", problem: null },
      ],
    });
  });

  test("shows the names that become others before those that stay", () => {
    const { shown } = previewNames(["PLAIN", "DB_HOST", "Db__Name"], "", "dotnet");
    expect(shown.map(({ vaultName }) => vaultName)).toEqual(["Db--Name", "DB-HOST", "PLAIN"]);
  });

  test("tells collisions and names that are too long with the prefix", () => {
    const { shown, failing } = previewNames(["a_b", "A-B", "c".repeat(100)], "p".repeat(28), "hyphenate");
    expect(failing).toBe(3);
    expect(shown.map(({ problem }) => problem)).toEqual([
      "The same name as “A-B”",
      "The same name as “a_b”",
      "128 characters, of 127 allowed",
    ]);
  });

  test("is short for ten thousand names, with the true counts", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `KEY_${index}`);
    const preview = previewNames(names, "", "strict");
    expect(preview).toMatchObject({ fitting: 0, failing: 10_000 });
    expect(preview.shown.length).toBeLessThan(10);
  });
});

test.each([
  [[], "strict"],
  [["PLAIN", "A-B"], "strict"],
  [["PLAIN", "DB_HOST"], "hyphenate"],
  [["A_B", "A-B"], "strict"],
] as const)("the policy for %j is %s", (names, policy) => {
  expect(bestPolicy(names)).toBe(policy);
});
