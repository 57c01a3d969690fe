import { expect, test } from "@jest/globals";
import { asWord, askedFor } from "./completions.ts";

test.each([
  ["kvsync sync plan ", "syncs"],
  ["kvsync sync run pro", "syncs"],
  ["kvsync sync status ", "syncs"],
  ["kvsync sync create ", undefined],
  ["kvsync sync plan x ", undefined],
  ["kvsync sync plan --", undefined],
  ["kvsync secrets list --project ", "projects"],
  ["kvsync secrets list -p we", "projects"],
  ["kvsync sync link x --environment ", "environments"],
  ["kvsync whoami -w ", "workspaces"],
  ["kvsync sy", undefined],
])("“%s” asks for %s", (line, asked) => {
  expect(askedFor(line.split(" "))).toBe(asked);
});

test("a name that a shell would split is completed as its id", () => {
  expect(asWord({ name: "production", id: "1" })).toBe("production");
  expect(asWord({ name: "Azure Key Vault", id: "1" })).toBe("1");
  expect(asWord({ name: "$(x)", id: "1" })).toBe("1");
});
