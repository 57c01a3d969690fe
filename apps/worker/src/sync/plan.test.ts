import { describe, expect, test } from "@jest/globals";
import { needsVault, plan, type Action, type PlanInput } from "./plan.ts";
import { input, item, NOW, record, secret, settings, SYNC_ID } from "./testing.ts";

const kinds = (planned: PlanInput): string[] => plan(planned).map(({ kind }) => kind);
const only = (planned: PlanInput): Action => {
  const [action, ...others] = plan(planned);
  if (action === undefined || others.length > 0) throw new Error(`${others.length + 1} actions`);
  return action;
};
const failureOf = (planned: PlanInput): string | undefined => {
  const action = only(planned);
  return action.kind === "blocked" ? action.failure.code : undefined;
};

describe("a plan by the records alone", () => {
  test("keeps what is written already, and needs no vault for it", () => {
    const planned = input({ source: [secret("a")], records: [record("a")] });
    expect(kinds(planned)).toEqual(["keep"]);
    expect(needsVault(plan(planned))).toBe(false);
  });

  test("creates what is new and updates what changed", () => {
    expect(
      kinds(input({ source: [secret("a", "new"), secret("b")], records: [record("a", "old")] })),
    ).toEqual(["update", "create"]);
  });

  test("deletes what is gone at the source", () => {
    expect(only(input({ records: [record("a")] }))).toMatchObject({
      kind: "delete",
      vaultName: "a",
      successorId: null,
    });
  });

  test("moves a renamed secret: the old name goes only after its successor is written", () => {
    const renamed = { ...secret("new"), id: "id of old" };
    const actions = plan(input({ source: [renamed], records: [record("old")] }));
    expect(actions).toMatchObject([
      { kind: "create", vaultName: "new" },
      { kind: "delete", vaultName: "old", successorId: "id of old" },
    ]);
  });

  test("leaves removed secrets in the vault when the sync is set to keep them", () => {
    const keeps = { ...settings, removalPolicy: "keep" } as const;
    expect(kinds(input({ settings: keeps, records: [record("a")] }))).toEqual(["forget"]);
  });

  test("lets a permanent failure rest until the secret changes or somebody asks", () => {
    const blocked = record("a", "value", {
      state: "blocked",
      heldKey: null,
      failureCode: "VAULT_SECRET_EXISTS",
    });
    const planned = input({ source: [secret("a")], records: [blocked] });
    expect(kinds(planned)).toEqual(["wait"]);
    expect(kinds({ ...planned, retryAll: true })).toEqual(["create"]);
    expect(kinds({ ...planned, source: [secret("a", "other")] })).toEqual(["create"]);
  });

  test("tries a transient failure again when its time has come, not before", () => {
    const failing = (nextAttemptAt: Date): PlanInput =>
      input({
        source: [secret("a")],
        records: [record("a", "value", { state: "failed", failureCode: "VAULT_TIMEOUT", nextAttemptAt })],
      });
    expect(kinds(failing(new Date(NOW + 1)))).toEqual(["wait"]);
    expect(kinds(failing(new Date(NOW)))).toEqual(["update"]);
  });

  test("blocks a value over the limit, and takes one at it", () => {
    expect(failureOf(input({ source: [secret("a", "x".repeat(25_601))] }))).toBe("VALUE_TOO_LARGE");
    expect(kinds(input({ source: [secret("a", "x".repeat(25_600))] }))).toEqual(["create"]);
  });

  test("doesn't delete a name that two secrets of the source now claim", () => {
    const upper = secret("KEY");
    const lower = secret("key");
    expect(
      kinds(input({ source: [upper, lower], records: [{ ...record("key"), secretId: "gone" }] })),
    ).toEqual(["blocked", "blocked"]);
  });
});

describe("a plan by a look at the vault", () => {
  const source = [secret("a")];
  const records = [record("a")];

  test("keeps what stands there as we left it", () => {
    expect(kinds(input({ source, records, items: [item("a")] }))).toEqual(["keep"]);
  });

  test("repairs what somebody changed or deleted, or only reports it", () => {
    const changed = input({ source, records, items: [item("a", "value", { updated: 2_000 })] });
    const missing = input({ source, records, items: [] });
    expect(kinds(changed)).toEqual(["rewrite"]);
    expect(kinds(missing)).toEqual(["rewrite"]);
    const reports = { ...settings, driftPolicy: "report" } as const;
    expect(failureOf({ ...changed, settings: reports })).toBe("VAULT_SECRET_CHANGED");
    expect(failureOf({ ...missing, settings: reports })).toBe("VAULT_SECRET_MISSING");
  });

  test("knows its own write whose answer was lost, and writes no second version", () => {
    const before = record("a", "old", { writeEpoch: 0, vaultUpdated: 900 });
    expect(only(input({ source, records: [before], items: [item("a")] }))).toMatchObject({ kind: "keep" });
  });

  test("never touches a secret that was there before, unless the sync adopts such secrets", () => {
    const theirs = input({ source, items: [item("a", "value", { tags: { team: "x" } })] });
    expect(failureOf(theirs)).toBe("VAULT_SECRET_EXISTS");
    expect(kinds({ ...theirs, settings: { ...settings, existingPolicy: "adopt" } })).toEqual(["adopt"]);
  });

  test("repairs a new version without tags on top of ours, and leaves a foreign secret of the same name alone", () => {
    const untagged = input({ source, records, items: [item("a", "value", { tags: {}, updated: 2_000 })] });
    expect(failureOf(untagged)).toBe("VAULT_SECRET_EXISTS");
    const view = { items: untagged.view?.items ?? new Map(), overwritten: new Set(["a"]) };
    expect(kinds({ ...untagged, view })).toEqual(["rewrite"]);
  });

  test("never touches what another sync owns, what is disabled, and what belongs to a certificate", () => {
    const tags = { ...item("a").tags, "enkryptify-sync": "another" };
    expect(failureOf(input({ source, items: [item("a", "value", { tags })] }))).toBe("VAULT_SECRET_OWNED");
    expect(failureOf(input({ source, records, items: [item("a", "value", { enabled: false })] }))).toBe(
      "VAULT_SECRET_DISABLED",
    );
    expect(failureOf(input({ source, items: [item("a", "value", { managed: true })] }))).toBe(
      "VAULT_SECRET_MANAGED",
    );
  });

  test("doesn't write where foreign tags leave no room for ours", () => {
    const tags = {
      ...item("a").tags,
      ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`t${n}`, "x"])),
    };
    expect(
      failureOf(input({ source: [secret("a", "new")], records, items: [item("a", "value", { tags })] })),
    ).toBe("VAULT_SECRET_TAGS");
  });

  test("deletes only what carries this sync's tag", () => {
    expect(kinds(input({ records, items: [item("a")] }))).toEqual(["delete"]);
    expect(kinds(input({ records, items: [item("a", "value", { tags: {} })] }))).toEqual(["forget"]);
    expect(kinds(input({ records, items: [] }))).toEqual(["forget"]);
  });

  test("finds its secrets again when the records are lost", () => {
    expect(only(input({ source, items: [item("a")] }))).toMatchObject({ kind: "keep" });
    expect(SYNC_ID).toBe(item("a").tags["enkryptify-sync"]);
  });
});
