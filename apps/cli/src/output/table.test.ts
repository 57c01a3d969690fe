import { expect, test } from "@jest/globals";
import { coloured } from "./paint.ts";
import { cut, printable, widthOf, wrap } from "./printable.ts";
import { table } from "./table.ts";

const columns = [
  { title: "NAME", flexible: true },
  { title: "N", right: true },
];

test("a table is as wide as its texts, and has no trailing spaces", () => {
  expect(
    table(
      [columns[1] ?? { title: "" }, { title: "NAME" }],
      [
        ["1", "a"],
        ["20", "bb"],
      ],
    ),
  ).toEqual([" N  NAME", " 1  a", "20  bb"]);
});

test("where the width doesn't suffice, flexible columns alone are cut", () => {
  expect(table(columns, [["a-very-long-name", "1234567"]], { width: 20 })).toEqual([
    "NAME               N",
    "a-very-lon…  1234567",
  ]);
  expect(table(columns, [["a-very-long-name", "1234567"]], { width: 3 })[1]).toBe("a-very-…  1234567");
});

test("styles take no width, and wide letters take two columns", () => {
  const lines = table(
    columns,
    [
      [{ text: "日本", style: "red" }, "1"],
      ["abcdef", "2"],
    ],
    { paint: coloured },
  );
  expect(lines[1]).toBe("\u001B[31m日本\u001B[39m    1");
  expect(widthOf(lines[1] ?? "")).toBe(widthOf(lines[2] ?? ""));
});

test("a name can't steer the terminal", () => {
  expect(printable("a\u001B[2Jb\nc\u009Bd\u202Ee")).toBe("ab c d e");
  expect(table(columns, [["\u001B]0;title\u0007x", "1"]])[1]).toBe("x     1");
});

test("texts are cut and wrapped at columns", () => {
  expect([cut("abcdef", 6), cut("abcdef", 5), cut("日本語", 4), cut("a", 0)]).toEqual([
    "abcdef",
    "abcd…",
    "日…",
    "",
  ]);
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("longer-than-that x", 5)).toEqual(["longer-than-that", "x"]);
});
