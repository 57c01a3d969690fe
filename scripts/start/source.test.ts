import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { differences, expectedVault } from "./read-back.ts";
import { readEnvironmentFile, slugOf } from "./source.ts";

async function variablesOf(text: string): Promise<Record<string, string>> {
  const file = join(await mkdtemp(join(tmpdir(), "env-")), "test.env");
  await writeFile(file, text);
  return Object.fromEntries(await readEnvironmentFile(file));
}

describe("an environment file", () => {
  test.each([
    [
      "quotes",
      `A='one # not a comment'\nB="two"\nC=three # a comment`,
      { A: "one # not a comment", B: "two", C: "three" },
    ],
    [
      "values over several lines",
      'PEM="-----BEGIN\nline\n-----END"\nB=1',
      { PEM: "-----BEGIN\nline\n-----END", B: "1" },
    ],
    ["comments and empty lines", "# nothing\n\nA=1\n  # more", { A: "1" }],
    ["export", "export A=1\nexport B='2'", { A: "1", B: "2" }],
    ["CRLF", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["names given twice, the last one counting", "A=1\nA=2", { A: "2" }],
    ["empty values", "A=\nB=''", { A: "", B: "" }],
    [
      "escaped line breaks in double quotes alone",
      String.raw`A="x\ny"` + "\n" + String.raw`B='x\ny'`,
      { A: "x\ny", B: String.raw`x\ny` },
    ],
    ["dollar signs as they are", "A=$NOT_EXPANDED", { A: "$NOT_EXPANDED" }],
  ])("is read with %s", async (_, text, expected) => {
    await expect(variablesOf(text)).resolves.toEqual(expected);
  });

  test.each([
    ["/x/webshop.env", "webshop"],
    ["/x/.env", "app"],
    ["/x/My App.production.env", "my-app-product"],
    ["/x/2024-billing.env", "billing"],
  ])("%s gives the slug %s", (file, slug) => {
    expect(slugOf(file)).toBe(slug);
  });
});

describe("what must stand in the vault", () => {
  const variables = new Map([
    ["A_B", "1"],
    ["a-b", "2"],
    ["C_D", "3"],
    ["e.f", "4"],
    ["big", "x".repeat(25_601)],
    ["plain", ""],
  ]);

  test("leaves out what collides, can't be named or is too long", () => {
    expect(Object.fromEntries(expectedVault(variables, "hyphenate"))).toEqual({ "C-D": "3", plain: "" });
    expect(Object.fromEntries(expectedVault(variables, "strict"))).toEqual({ "a-b": "2", plain: "" });
  });

  test("is compared by name and value, both ways", () => {
    const expected = new Map([
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ]);
    const found = new Map([
      ["a", "1"],
      ["b", "other"],
      ["d", "4"],
    ]);
    expect(differences(expected, found)).toEqual({ missing: ["c"], different: ["b"], unexpected: ["d"] });
  });
});
