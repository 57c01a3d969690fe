import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutcome } from "./jest-outcome.ts";
import { scratchFolder } from "./scratch.ts";

let folder: string;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clean = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

function outcome(change: Partial<typeof clean>, narrowed = false): ReturnType<typeof readOutcome> {
  const file = join(folder, "jest.json");
  writeFileSync(file, JSON.stringify({ ...clean, ...change }));
  return readOutcome(file, { narrowed });
}

describe("what came of a test run", () => {
  test("is good when all passed", () => {
    expect(outcome({})).toEqual({ line: "3 passed, 0 failed", ok: true, remarks: [] });
  });

  test("is bad when one failed", () => {
    expect(outcome({ success: false, numFailedTests: 1 })).toMatchObject({
      line: "3 passed, 1 failed",
      ok: false,
    });
  });

  test("counts a file that could not be run as a failure", () => {
    const broken = outcome({ success: false, numRuntimeErrorTestSuites: 1 });
    expect(broken).toMatchObject({ line: "3 passed, 1 failed", ok: false });
  });

  test("is bad when a test was skipped or left to do, and the line says so", () => {
    const skipped = outcome({ numPendingTests: 1, numTodoTests: 1 });
    expect(skipped).toMatchObject({ line: "3 passed, 0 failed, 2 skipped", ok: false });
  });

  test("is good with skipped tests when only some names were asked for", () => {
    expect(outcome({ numPendingTests: 2 }, true)).toMatchObject({
      line: "3 passed, 0 failed, 2 skipped",
      ok: true,
    });
  });

  test("is bad when no test was run", () => {
    expect(outcome({ numPassedTests: 0 })).toMatchObject({ line: "0 passed, 0 failed", ok: false });
  });

  test("is bad when Jest left no result", () => {
    expect(readOutcome(join(folder, "absent.json"), { narrowed: false })).toMatchObject({ ok: false });
  });
});
