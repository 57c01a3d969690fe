import { describe, expect, test } from "@jest/globals";
import { ApiError } from "@kvsync/contracts";
import { nextState, type SyncEvent, type SyncStanding } from "./lifecycle.ts";

const NEW: SyncStanding = { state: "awaiting_azure", connected: false, linked: false };
const CONNECTED: SyncStanding = { state: "awaiting_environment", connected: true, linked: false };
const VALIDATING: SyncStanding = { state: "validating", connected: true, linked: false };
const REFUSED: SyncStanding = { state: "failing", connected: true, linked: false };
const ACTIVE: SyncStanding = { state: "active", connected: true, linked: true };
const PAUSED: SyncStanding = { state: "paused", connected: true, linked: true };
const FAILING: SyncStanding = { state: "failing", connected: true, linked: true };
const DISCONNECTING: SyncStanding = { state: "disconnecting", connected: true, linked: true };
const DISCONNECTED: SyncStanding = { state: "disconnected", connected: true, linked: true };

const EVENTS: readonly SyncEvent[] = [
  "connect",
  "link",
  "validate",
  "run",
  "pause",
  "resume",
  "configure",
  "plan",
  "approve",
  "adopt",
  "name",
  "disconnect",
];

/** For each standing the state after each of {@link EVENTS}; a dash is a refusal. */
const table: ReadonlyArray<readonly [string, SyncStanding, string]> = [
  ["a new sync", NEW, "awaiting_environment - - - - - awaiting_azure - - - awaiting_azure disconnected"],
  [
    "a connected one",
    CONNECTED,
    "awaiting_environment validating validating - - - awaiting_environment - - - awaiting_environment disconnected",
  ],
  [
    "one that is validated for the first time",
    VALIDATING,
    "awaiting_environment validating validating - - - validating - - - validating disconnected",
  ],
  [
    "one whose first validation failed",
    REFUSED,
    "awaiting_environment validating validating - - - failing - - - failing disconnected",
  ],
  [
    "an active one",
    ACTIVE,
    "active - active active paused - active active active active active disconnected",
  ],
  ["a paused one", PAUSED, "paused - paused - paused active paused paused paused paused paused disconnected"],
  [
    "a failing one",
    FAILING,
    "failing - failing failing paused - failing failing failing failing failing disconnected",
  ],
  ["one that is being disconnected", DISCONNECTING, "- - - - - - - - - - - disconnected"],
  ["a disconnected one", DISCONNECTED, "- - - - - - - - - - - -"],
];

describe("the life of a sync", () => {
  for (const [what, standing, outcomes] of table)
    for (const [index, expected] of outcomes.split(" ").entries()) {
      const event = EVENTS[index] ?? "run";
      const outcome = expected === "-" ? "isn't possible" : `leads to ${expected}`;
      test(`${event} on ${what} ${outcome}`, () => {
        if (expected === "-") {
          const refusal = refusalOf(standing, event);
          expect(refusal).toMatchObject({ status: 409, code: "SYNC_STATE" });
          expect(refusal.message).toMatch(/^[A-Z].{15,}\.$/);
        } else {
          expect(nextState(standing, event)).toBe(expected);
        }
      });
    }

  test.each([
    ["a new sync", NEW, "tenant, client and vault first"],
    ["a connected one", CONNECTED, "Link an environment first"],
    ["one that is validated for the first time", VALIDATING, "still being validated"],
    ["one whose first validation failed", REFUSED, "validate it again"],
  ])("a run of %s is refused with what comes first", (_, standing, first) => {
    expect(refusalOf(standing, "run").message).toContain(first);
  });
});

function refusalOf(standing: SyncStanding, event: SyncEvent): ApiError {
  try {
    nextState(standing, event);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("it was allowed");
}
