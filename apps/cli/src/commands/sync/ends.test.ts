import { expect, test } from "@jest/globals";
import { planExitCode } from "./plan.ts";
import { healthOf, worstOf } from "./status.ts";
import { hasEnded, runExitCode } from "./wait-for-run.ts";

const run = (state: string, id = "new", endedAt: string | null = "x") => ({ id, state, endedAt }) as never;
const sync = { state: "active", upToDate: true, awaitsApproval: false } as const;

test("a run has ended when what was asked for is done, by a new run or one that was under way", () => {
  const before = { id: "old", underWay: false };
  expect(hasEnded({ ...sync, lastRun: run("succeeded") }, before)).toBe(true);
  expect(hasEnded({ ...sync, lastRun: run("succeeded") }, undefined)).toBe(true);
  expect(hasEnded({ ...sync, lastRun: run("succeeded", "old") }, before)).toBe(false);
  expect(hasEnded({ ...sync, lastRun: run("succeeded", "old") }, { ...before, underWay: true })).toBe(true);
  expect(hasEnded({ ...sync, lastRun: run("running", "new", null) }, before)).toBe(false);
  expect(hasEnded({ ...sync, upToDate: false, lastRun: run("failed") }, before)).toBe(false);
  expect(hasEnded({ ...sync, state: "paused", upToDate: false }, before)).toBe(true);
});

test("how a run ended, as an exit code", () => {
  expect(runExitCode(sync, run("succeeded"))).toBe(0);
  expect(runExitCode(sync, run("completed_with_failures"))).toBe(5);
  expect(runExitCode(sync, run("awaiting_approval"))).toBe(8);
  expect(runExitCode({ ...sync, awaitsApproval: true }, run("succeeded"))).toBe(8);
  expect(runExitCode(sync, run("failed"))).toBe(1);
  expect(runExitCode({ ...sync, state: "paused" }, run("succeeded"))).toBe(1);
  expect(runExitCode(sync, undefined)).toBe(1);
});

test("a plan as Terraform has it, with secrets that are blocked beside", () => {
  expect(planExitCode({ keep: 3 })).toBe(0);
  expect(planExitCode({ create: 1, blocked: 1 })).toBe(2);
  expect(planExitCode({ blocked: 1 })).toBe(5);
});

test("how a sync is, and the worst of several", () => {
  const records = (failed: number) => ({ failed, blocked: 0, pending: 0, synced: 1, removing: 0 });
  expect(healthOf({ ...sync, records: records(0) })).toBe(0);
  expect(healthOf({ ...sync, records: records(2) })).toBe(5);
  expect(healthOf({ ...sync, state: "failing", records: records(2) })).toBe(1);
  expect(healthOf({ ...sync, awaitsApproval: true })).toBe(8);
  expect(worstOf([0, 8, 5])).toBe(5);
  expect(worstOf([5, 1])).toBe(1);
  expect(worstOf([])).toBe(0);
});
