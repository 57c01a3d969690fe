import { expect, test } from "@jest/globals";
import { LiveLines } from "./live-lines.ts";
import { paintFor } from "./paint.ts";

function sinkOf(isTTY: boolean) {
  const written: string[] = [];
  return { written, sink: { isTTY, columns: 10, write: (text: string) => written.push(text) } };
}

test("on a terminal lines are written over each other, and what is longer than a row counts for more", () => {
  const { written, sink } = sinkOf(true);
  const live = new LiveLines(sink, {});
  live.show(["one", "12345678901"], []);
  live.show(["two"], []);
  expect(written).toEqual([
    "\u001B[2Kone\n\u001B[2K12345678901\n\u001B[J",
    "\u001B[3A\r\u001B[2Ktwo\n\u001B[J",
  ]);
});

test.each([
  ["a pipe", false, {}],
  ["CI", true, { CI: "true" }],
  ["a dumb terminal", true, { TERM: "dumb" }],
])("in %s each step is a line, once", (_, isTTY, env) => {
  const { written, sink } = sinkOf(isTTY);
  const live = new LiveLines(sink, env);
  live.show(["block"], ["a"]);
  live.show(["block"], ["a", "b"]);
  expect(written).toEqual(["a\n", "b\n"]);
});

test("colours are for terminals, unless somebody doesn't want them", () => {
  const shown = (isTTY: boolean, env: Record<string, string>, wanted = true): string =>
    paintFor({ isTTY }, env, wanted)("red", "x");
  expect(shown(true, {})).toBe("\u001B[31mx\u001B[39m");
  expect([
    shown(false, {}),
    shown(true, { NO_COLOR: "1" }),
    shown(true, { TERM: "dumb" }),
    shown(true, {}, false),
  ]).toEqual(["x", "x", "x", "x"]);
  expect(shown(true, { NO_COLOR: "" })).toContain("\u001B");
});
