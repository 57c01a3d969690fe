import { expect, test } from "@jest/globals";
import { progressOf } from "./run-progress.ts";

const counts = {
  created: 0,
  updated: 0,
  adopted: 0,
  recovered: 0,
  repaired: 0,
  deleted: 0,
  unchanged: 0,
  blocked: 0,
  failed: 0,
  held: 0,
};

test("a run is done with the secrets that it wrote, left or couldn’t write, not with what it removed", () => {
  const run = { total: 10, counts: { ...counts, created: 2, unchanged: 3, failed: 1, deleted: 4 } };
  expect(progressOf(run, null)).toEqual({ done: 6, total: 10 });
});

test("secrets that are gone meanwhile don’t make it more than done", () => {
  expect(progressOf({ total: 2, counts: { ...counts, unchanged: 3 } }, null)).toEqual({ done: 2, total: 2 });
});

test("one that disconnects is done with what it removed, of that and what is left", () => {
  const run = { total: 0, counts: { ...counts, deleted: 4 } };
  expect(progressOf(run, { left: 12 })).toEqual({ done: 4, total: 16 });
});
