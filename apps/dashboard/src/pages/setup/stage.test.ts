import { expect, test } from "@jest/globals";
import { stageOf } from "./stage.ts";

type Pushing = Parameters<typeof stageOf>[0];

const fresh: Pushing = { state: "active", awaiting: null, upToDate: false, firstPlan: "ask" };
const run = (state: string, changes: object = {}): Pushing["lastRun"] =>
  ({ trigger: "initial", state, counts: { created: 0, blocked: 0 }, ...changes }) as Pushing["lastRun"];
const awaiting = { planId: "p", asks: "first-plan", counts: null } as const;

test.each<[string, Partial<Pushing>, ReturnType<typeof stageOf>]>([
  ["no run has begun", {}, "plan"],
  ["the first run works the plan out", { lastRun: run("running") }, "plan"],
  ["the plan waits", { lastRun: run("awaiting_approval"), awaiting, upToDate: true }, "approve"],
  ["the plan is approved, and no run has begun", { lastRun: run("awaiting_approval") }, "push"],
  ["a run pushes", { lastRun: run("running", { trigger: "manual" }) }, "push"],
  ["a run pushes that wasn't told to ask", { firstPlan: "apply", lastRun: run("running") }, "push"],
  ["no run has begun, and none will ask", { firstPlan: "apply" }, "push"],
  ["all is pushed", { lastRun: run("succeeded"), upToDate: true }, "done"],
  ["all is pushed but what is blocked", { lastRun: run("completed_with_failures"), upToDate: true }, "done"],
  ["something changed since", { lastRun: run("succeeded"), upToDate: false }, "push"],
  ["the run failed for good", { lastRun: run("failed"), upToDate: true }, "failed"],
  ["the run failed and is tried again", { lastRun: run("failed", { trigger: "manual" }) }, "push"],
  ["the configuration is broken", { state: "failing", lastRun: run("failed") }, "failed"],
  ["somebody paused it", { state: "paused", lastRun: run("succeeded") }, "paused"],
  [
    "removals wait, much later",
    {
      lastRun: run("succeeded"),
      upToDate: true,
      awaiting: { ...awaiting, asks: "removals" },
    },
    "done",
  ],
])("%s", (_what, changes, stage) => {
  expect(stageOf({ ...fresh, ...changes })).toBe(stage);
});
