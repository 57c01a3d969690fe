import { expect, test } from "@jest/globals";
import { noCounts } from "@kvsync/contracts/api";
import { progressOf } from "./run-progress.ts";

test("a run is done with the secrets that it wrote, left or couldn’t write, not with what it removed", () => {
  const run = { total: 10, counts: { ...noCounts, created: 2, unchanged: 3, failed: 1, deleted: 4 } };
  expect(progressOf(run, null)).toEqual({ done: 6, total: 10 });
});

test("secrets that are gone meanwhile don’t make it more than done", () => {
  expect(progressOf({ total: 2, counts: { ...noCounts, unchanged: 3 } }, null)).toEqual({
    done: 2,
    total: 2,
  });
});

test("one that disconnects is done with what it removed, of that and what is left", () => {
  const run = { total: 0, counts: { ...noCounts, deleted: 4 } };
  expect(progressOf(run, { left: 12 })).toEqual({ done: 4, total: 16 });
});
