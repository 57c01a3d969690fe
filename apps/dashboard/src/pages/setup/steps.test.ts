import { describe, expect, test } from "@jest/globals";
import { canOpen, isDone, STEPS, stepToShow } from "./steps.ts";

type Standing = Parameters<typeof stepToShow>[1];

const validation = (createdAt: string): NonNullable<Standing["latestValidation"]> =>
  ({ createdAt, state: "failed" }) as NonNullable<Standing["latestValidation"]>;

const started: Standing = { state: "awaiting_azure", environmentId: null, connectedAt: null };
const connected: Standing = {
  state: "awaiting_environment",
  environmentId: null,
  connectedAt: "2026-11-25T10:00:00.000Z",
};
const failed: Standing = {
  ...connected,
  state: "failing",
  latestValidation: validation("2026-11-25T10:01:00.000Z"),
};
const reconnected: Standing = { ...failed, connectedAt: "2026-11-25T10:02:00.000Z" };
const linked: Standing = { ...failed, state: "active", environmentId: "e" };

describe("a set-up that is opened again", () => {
  test.each([
    ["just started", started, "federation", ["federation", "connection"]],
    ["connected", connected, "environment", ["federation", "connection", "environment"]],
    ["with a failed validation", failed, "validation", STEPS.slice(0, 4)],
    ["connected anew after a failure", reconnected, "environment", STEPS.slice(0, 3)],
    ["linked", linked, "plan", STEPS],
  ] as const)("%s goes on where it stands", (_what, sync, step, open) => {
    expect(stepToShow(undefined, sync)).toBe(step);
    expect(STEPS.filter((one) => canOpen(one, sync))).toEqual(open);
  });

  test("opens the step that its address names, if it has come that far", () => {
    expect(stepToShow("connection", linked)).toBe("connection");
    expect(stepToShow("plan", connected)).toBe("environment");
    expect(stepToShow("nonsense", started)).toBe("federation");
  });

  test("marks what is done", () => {
    const done = (sync: Standing): readonly string[] => STEPS.filter((step) => isDone(step, sync));
    expect(done(started)).toEqual([]);
    expect(done(reconnected)).toEqual(["federation", "connection"]);
    expect(done(failed)).toEqual(["federation", "connection", "environment"]);
    expect(done(linked)).toEqual(["federation", "connection", "environment", "validation"]);
  });
});
