import { expect, test } from "@jest/globals";
import { fillIn, partsOf } from "./placeholders.ts";

const COMMAND = 'az keyvault show --name <vault-name> --group "<resource-group>"';

test("what was typed stands in the places of its placeholders", () => {
  expect(fillIn(COMMAND, { vaultName: " my-vault ", resourceGroup: "" })).toBe(
    'az keyvault show --name my-vault --group "<resource-group>"',
  );
  expect(fillIn(COMMAND, { vaultName: "v", resourceGroup: "rg (west)_1" })).toContain('"rg(west)_1"');
});

test("what was typed can't become a command of its own", () => {
  expect(fillIn(COMMAND, { vaultName: '$(x); rm "', resourceGroup: "`a`'\n" })).toBe(
    'az keyvault show --name xrm --group "a"',
  );
});

test("placeholders that are left can be told from the rest", () => {
  expect(partsOf("a <vault-name> b")).toEqual([
    { text: "a ", at: 0, isPlaceholder: false },
    { text: "<vault-name>", at: 2, isPlaceholder: true },
    { text: " b", at: 14, isPlaceholder: false },
  ]);
  expect(partsOf("a < b > c")).toEqual([{ text: "a < b > c", at: 0, isPlaceholder: false }]);
});
