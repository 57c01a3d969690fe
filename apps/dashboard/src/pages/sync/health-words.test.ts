import { describe, expect, test } from "@jest/globals";
import type { SyncDetail } from "../../api/sync.ts";
import { healthWords } from "./health-words.ts";

const NONE = { pending: 0, synced: 0, failed: 0, blocked: 0, removing: 0 };
const sync = (changes: Partial<SyncDetail>): SyncDetail =>
  ({
    state: "active",
    environmentId: "e",
    failure: null,
    awaiting: null,
    upToDate: true,
    lastRun: { state: "succeeded" },
    records: { ...NONE, synced: 1_204 },
    ...changes,
  }) as SyncDetail;
const run = (state: string): Pick<SyncDetail, "lastRun"> =>
  ({ lastRun: { state, failure: null } }) as unknown as Pick<SyncDetail, "lastRun">;

describe("a sync’s health in a sentence", () => {
  test.each([
    ["All 1,204 secrets are in the vault", "success", sync({})],
    ["Up to date: there is no secret yet", "success", sync({ records: NONE })],
    [
      "1 secret of 3 isn’t in the vault as it should be",
      "warning",
      sync({ records: { ...NONE, synced: 2, failed: 1 } }),
    ],
    [
      "2 secrets of 2 aren’t in the vault as they should be",
      "warning",
      sync({ records: { ...NONE, failed: 1, blocked: 1 } }),
    ],
    ["A run is under way", "info", sync(run("running"))],
    ["The last run failed", "danger", sync(run("failed"))],
    ["The sync as a whole fails", "danger", sync({ state: "failing", ...run("failed") })],
    ["Paused", "neutral", sync({ state: "paused" })],
    ["Not set up yet", "info", sync({ environmentId: null, state: "awaiting_azure" })],
    ["A run is about to begin", "info", sync({ upToDate: false })],
    ["Being disconnected", "info", sync({ state: "disconnecting" })],
  ])("%s", (title, tone, given) => {
    expect(healthWords(given)).toMatchObject({ title, tone });
  });
});
