import { describe, expect, test } from "@jest/globals";
import type { FailureCode } from "@kvsync/contracts";
import type { RunView, Telling } from "@kvsync/store";
import { decideTelling, mayTell, type EndedRun, type Told } from "./alarm.ts";

const NOW = new Date("2026-11-26T03:00:00Z");
const EARLIER = new Date("2026-11-26T01:00:00Z");
const sound: Told = { failures: [], since: null };

const view = (changes: Partial<RunView> = {}): RunView => ({
  place: {
    sync: { id: "s", name: "webshop to Azure" },
    project: { id: "p", name: "Webshop", slug: "webshop" },
    environment: { id: "e", name: "production" },
    run: { id: "r" },
  },
  workspaceSlug: "default",
  failing: [],
  changed: 0,
  missing: 0,
  ...changes,
});

const nothing = { repaired: 0, failed: 0, blocked: 0 };
const succeeded: EndedRun = {
  state: "succeeded",
  failure: null,
  retryInMs: null,
  retryAttempt: 0,
  counts: nothing,
};
const withFailures: EndedRun = {
  ...succeeded,
  state: "completed_with_failures",
  counts: { ...nothing, blocked: 1 },
};
const failed = (code: FailureCode, retryAttempt = 0): EndedRun => ({
  ...succeeded,
  state: "failed",
  failure: { code, fields: { host: "v.vault.azure.net", detail: "ECONNRESET", action: "set" } },
  retryInMs: retryAttempt === 0 ? null : 5_000,
  retryAttempt,
});
const failing = (...codes: FailureCode[]): RunView =>
  view({ failing: codes.map((code) => ({ code, secrets: 2 })) });

const types = (telling: Telling | null): string[] => telling?.happenings.map(({ type }) => type) ?? [];

/** What is told of runs that follow one another. */
function story(...runs: ReadonlyArray<readonly [EndedRun, RunView]>): string[] {
  let told = sound;
  return runs.map(([end, seen]) => {
    const telling = mayTell(end, told) ? decideTelling(end, told, seen, NOW) : null;
    told = telling?.told ?? told;
    return types(telling).join("+") || "-";
  });
}

describe("a failing streak", () => {
  test("is told once, and its end once", () => {
    expect(
      story(
        [succeeded, view()],
        [failed("VAULT_FIREWALL"), view()],
        [failed("VAULT_FIREWALL"), view()],
        [failed("VAULT_FIREWALL"), view()],
        [succeeded, view()],
        [succeeded, view()],
        [failed("VAULT_FIREWALL"), view()],
      ),
    ).toEqual(["-", "sync.run.failed", "-", "-", "sync.recovered", "-", "sync.run.failed"]);
  });

  test("is told again when another cause comes, and not when an earlier one comes back", () => {
    expect(
      story(
        [failed("VAULT_FIREWALL"), view()],
        [failed("VAULT_FORBIDDEN"), view()],
        [failed("VAULT_FIREWALL"), view()],
        [withFailures, failing("NAME_UNSUPPORTED")],
        [withFailures, failing("NAME_UNSUPPORTED", "VALUE_TOO_LARGE")],
        [withFailures, failing("VALUE_TOO_LARGE")],
      ),
    ).toEqual(["sync.run.failed", "sync.run.failed", "-", "sync.run.failed", "sync.run.failed", "-"]);
  });

  test("isn't over while a secret fails that the run had no reason to touch", () => {
    expect(
      story([withFailures, failing("NAME_UNSUPPORTED")], [succeeded, failing("NAME_UNSUPPORTED")]),
    ).toEqual(["sync.run.failed", "-"]);
  });

  test("isn't ended by a run that was interrupted, nor by one that waits for approval", () => {
    const interrupted: EndedRun = { ...succeeded, state: "interrupted" };
    const waits: EndedRun = { ...succeeded, state: "awaiting_approval" };
    expect(
      story([failed("VAULT_FIREWALL"), view()], [interrupted, view()], [waits, view()], [succeeded, view()]),
    ).toEqual(["sync.run.failed", "-", "-", "sync.recovered"]);
  });

  test("remembers since when, and what was told", () => {
    const first = decideTelling(failed("VAULT_FIREWALL"), sound, view(), EARLIER);
    const second = decideTelling(
      withFailures,
      first?.told ?? sound,
      failing("NAME_UNSUPPORTED", "VALUE_TOO_LARGE"),
      NOW,
    );
    expect(second?.told).toEqual({
      failures: ["VAULT_FIREWALL", "NAME_UNSUPPORTED", "VALUE_TOO_LARGE"],
      since: EARLIER,
    });
    expect(second?.happenings[0]?.data).toMatchObject({ since: EARLIER.toISOString() });
  });
});

describe("what passes by itself", () => {
  test("isn't told before the fifth run in a row, and its end only if its beginning was", () => {
    const away = (attempt: number): readonly [EndedRun, RunView] => [
      failed("VAULT_UNREACHABLE", attempt),
      view(),
    ];
    expect(story(away(1), away(2), [succeeded, view()])).toEqual(["-", "-", "-"]);
    expect(story(away(3), away(4), away(5), away(6), [succeeded, view()])).toEqual([
      "-",
      "-",
      "sync.run.failed",
      "-",
      "sync.recovered",
    ]);
  });

  test("isn't told while Azure may be propagating a role, and is when it no longer may", () => {
    expect(story([failed("VAULT_ROLE_MISSING", 9), view()], [failed("VAULT_ROLE_MISSING"), view()])).toEqual([
      "-",
      "sync.run.failed",
    ]);
  });

  test("of single secrets isn't told while the records say that it will pass", () => {
    expect(story([withFailures, view()], [succeeded, view()])).toEqual(["-", "-"]);
  });
});

describe("drift", () => {
  const repaired: EndedRun = { ...succeeded, counts: { ...nothing, repaired: 3 } };

  test("is told by each run that repaired some, and is no failure", () => {
    expect(story([repaired, view()], [repaired, view()], [succeeded, view()])).toEqual([
      "sync.drift.found",
      "sync.drift.found",
      "-",
    ]);
  });

  test("that is only reported is told when it is new", () => {
    expect(
      story([withFailures, view({ changed: 1, missing: 1 })], [withFailures, view()], [succeeded, view()]),
    ).toEqual(["sync.drift.found", "-", "-"]);
  });

  test("comes beside a failure, and beside a recovery", () => {
    expect(
      story(
        [{ ...withFailures, counts: { ...nothing, repaired: 1, blocked: 1 } }, failing("NAME_UNSUPPORTED")],
        [repaired, view()],
      ),
    ).toEqual(["sync.drift.found+sync.run.failed", "sync.drift.found+sync.recovered"]);
  });
});

describe("what is said", () => {
  test("of a failure of the whole sync: its own sentences", () => {
    const told = decideTelling(failed("VAULT_UNREACHABLE", 5), sound, view(), NOW);
    expect(told?.happenings).toEqual([
      {
        type: "sync.run.failed",
        path: "/w/default/syncs/s/runs/r",
        data: {
          ...view().place,
          since: NOW.toISOString(),
          failing: [],
          code: "VAULT_UNREACHABLE",
          message: "The Key Vault at v.vault.azure.net can't be reached (ECONNRESET).",
          hint: expect.stringContaining("tried again by itself"),
        },
      },
    ]);
  });

  test("of single secrets: how many, by failure, and not which", () => {
    const seen = view({
      failing: [
        { code: "NAME_UNSUPPORTED", secrets: 3 },
        { code: "VALUE_TOO_LARGE", secrets: 1 },
      ],
    });
    expect(decideTelling(withFailures, sound, seen, NOW)?.happenings[0]?.data).toMatchObject({
      code: "NAME_UNSUPPORTED",
      message:
        "4 secrets of “webshop to Azure” can't be brought to the vault: NAME_UNSUPPORTED (3), VALUE_TOO_LARGE (1).",
    });
  });

  test("the code is one that wasn't told yet", () => {
    const told = { failures: ["NAME_UNSUPPORTED"], since: EARLIER };
    const seen = failing("NAME_UNSUPPORTED", "VALUE_TOO_LARGE");
    expect(decideTelling(withFailures, told, seen, NOW)?.happenings[0]?.data).toMatchObject({
      code: "VALUE_TOO_LARGE",
    });
  });
});

test("an ordinary run of a sound sync isn't looked into", () => {
  expect(mayTell(succeeded, sound)).toBe(false);
  expect(mayTell(succeeded, { failures: ["VAULT_FIREWALL"], since: EARLIER })).toBe(true);
  expect(mayTell(failed("VAULT_FIREWALL"), sound)).toBe(true);
  expect(mayTell(withFailures, sound)).toBe(true);
});
