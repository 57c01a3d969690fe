import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { FailureDefinition } from "./definition.ts";
import { renderFailuresPage } from "./page.ts";
import { failureTable } from "./table.ts";

const page = new URL("../../../../docs/failures.md", import.meta.url);
const table: ReadonlyArray<[string, FailureDefinition]> = Object.entries(failureTable);

describe("the page about failures", () => {
  test("is what “npm run docs” makes of the table", () => {
    expect(readFileSync(page, "utf8")).toBe(renderFailuresPage());
  });

  test("has one heading for each code of the table, and none besides", () => {
    const headings = [...renderFailuresPage().matchAll(/^### (.+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(failureTable));
  });
});

describe.each(table)("the failure %s", (code, { message, hint }) => {
  test("has a code in SCREAMING_SNAKE", () => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  test("says in whole sentences what happened and what to do", () => {
    for (const sentence of [message, hint]) {
      expect(sentence).toMatch(/^\S/);
      expect(sentence).toMatch(/[\p{L}\p{N}”)}][.!?]$/u);
      expect(sentence).not.toMatch(/\s\s|\n/);
    }
  });

  test("has fields in braces that hold one name each, and no other braces", () => {
    for (const sentence of [message, hint]) {
      expect(sentence.replaceAll(/\{[a-z][A-Za-z]*\}/g, "")).not.toMatch(/[{}$%]/);
    }
  });

  test("needs no escape in Markdown", () => {
    expect(`${message} ${hint}`).not.toMatch(/[*<>[\]\\`]/);
  });
});
