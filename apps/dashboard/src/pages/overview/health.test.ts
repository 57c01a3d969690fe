import { describe, expect, test } from "@jest/globals";
import type { Sync } from "../../api/syncs.ts";
import { healthOf, shownStateOf, worstFirst } from "./health.ts";

const sync = (changes: Partial<Sync>): Sync =>
  ({ name: "a", state: "active", awaitsApproval: false, failingSince: null, ...changes }) as Sync;

const run = (state: string): Pick<Sync, "lastRun"> => ({
  lastRun: { state } as NonNullable<Sync["lastRun"]>,
});

describe("a sync’s health", () => {
  test.each([
    ["failing", sync({ state: "failing" }), "failing"],
    ["failing", sync(run("failed")), "failed"],
    ["attention", sync({ awaitsApproval: true }), "awaiting_approval"],
    ["attention", sync(run("completed_with_failures")), "secrets_failing"],
    ["working", sync(run("running")), "running"],
    ["working", sync({ state: "validating" }), "validating"],
    ["setup", sync({ state: "awaiting_azure" }), "awaiting_azure"],
    ["paused", sync({ state: "paused", awaitsApproval: true }), "paused"],
    ["healthy", sync(run("succeeded")), "active"],
    ["healthy", sync({}), "active"],
  ])("is %s", (health, given, shown) => {
    expect(healthOf(given)).toBe(health);
    expect(shownStateOf(given)).toBe(shown);
  });
});

test("the worst come first, and of the failing the oldest trouble", () => {
  const given = [
    sync({ name: "fine" }),
    sync({ name: "new", state: "failing", failingSince: "2026-11-25T20:00:00.000Z" }),
    sync({ name: "asks", awaitsApproval: true }),
    sync({ name: "old", state: "failing", failingSince: "2026-11-20T20:00:00.000Z" }),
    sync({ name: "also fine" }),
  ];
  expect(worstFirst(given).map(({ name }) => name)).toEqual(["old", "new", "asks", "also fine", "fine"]);
});
