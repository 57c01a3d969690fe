import { describe, expect, test } from "@jest/globals";
import { isEffect, type Action } from "./actions.ts";
import { plan, type PlanInput } from "./plan.ts";
import { input, item, NOW, record, secret, settings, SYNC_ID, VAULT_URL, view } from "./testing.ts";

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
    expect(plan(planned).some(isEffect)).toBe(false);
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
    ).toEqual(["blocked", "blocked", "hold"]);
  });

  test("holds no name for secrets that collide where nothing stands in the vault", () => {
    const source = [secret("KEY"), secret("key")];
    const gone = [{ ...record("key"), secretId: "gone" }];
    expect(kinds(input({ source, records: gone, items: [] }))).toEqual(["blocked", "blocked", "forget"]);
    const foreign = (planned: PlanInput): boolean[] =>
      plan(planned).map((action) => action.kind === "blocked" && action.foreign);
    expect(foreign(input({ source, records: [record("key")], items: [] }))).toEqual([false, true]);
    expect(foreign(input({ source, records: [record("key")], items: [item("key")] }))).toEqual([
      false,
      false,
    ]);
    expect(foreign(input({ source, records: [record("key")] }))).toEqual([false, false]);
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

  test("doesn't take somebody's copy of its tags for its own write", () => {
    const before = record("a", "old", { writeEpoch: 0, vaultUpdated: 900 });
    const seen = { item: item("a"), versions: "over-ours", copied: true } as const;
    const copied = input({ source, records: [before], view: view([], { items: new Map([["a", seen]]) }) });
    expect(kinds(copied)).toEqual(["update"]);
  });

  test("never touches a secret that was there before, unless the sync adopts such secrets", () => {
    const theirs = input({ source, items: [item("a", "value", { tags: { team: "x" } })] });
    expect(failureOf(theirs)).toBe("VAULT_SECRET_EXISTS");
    expect(kinds({ ...theirs, settings: { ...settings, existingPolicy: "adopt" } })).toEqual(["adopt"]);
  });

  test("repairs a new version without tags on top of ours, and leaves a foreign secret of the same name alone", () => {
    const untagged = item("a", "value", { tags: {}, updated: 2_000 });
    expect(failureOf(input({ source, records, items: [untagged] }))).toBe("VAULT_SECRET_EXISTS");
    const seen = (versions: "over-ours" | "theirs"): PlanInput =>
      input({ source, records, view: view([], { items: new Map([["a", { item: untagged, versions }]]) }) });
    expect(kinds(seen("over-ours"))).toEqual(["rewrite"]);
    expect(failureOf(seen("theirs"))).toBe("VAULT_SECRET_EXISTS");
  });

  test("keeps a value around which somebody changed tags or times, and takes those over", () => {
    const tagged = item("a", "value", { updated: 2_000, tags: { ...item("a").tags, team: "x" } });
    const items = new Map([["a", { item: tagged, versions: "ours" as const }]]);
    expect(only(input({ source, records, view: view([], { items }) }))).toMatchObject({
      kind: "keep",
      item: tagged,
    });
    const changed = input({ source: [secret("a", "new")], records, view: view([], { items }) });
    expect(only(changed)).toMatchObject({ kind: "update", carried: { tags: { team: "x" } } });
  });

  test("sees somebody's version of the same second by its tags", () => {
    const foreign = { ...item("a").tags, "enkryptify-write": "1.0000000000000000" };
    expect(kinds(input({ source, records, items: [item("a", "value", { tags: foreign })] }))).toEqual([
      "rewrite",
    ]);
  });

  test("undoes a write of its own that arrived late, even where drift is only reported", () => {
    const late = item("a", "older", { updated: 2_000 });
    const newer = [record("a", "value", { writeEpoch: 2 })];
    const reports = { ...settings, driftPolicy: "report" } as const;
    expect(only(input({ source, records: newer, items: [late], settings: reports }))).toMatchObject({
      kind: "rewrite",
      repairs: false,
    });
  });

  test("recovers a deleted secret that a sync made, and one of others only when it may adopt", () => {
    const ours = view([], { deleted: new Map([["a", item("a")]]) });
    expect(kinds(input({ source, view: ours }))).toEqual(["recover"]);
    const theirs = input({
      source,
      view: view([], { deleted: new Map([["a", { ...item("a"), tags: {} }]]) }),
    });
    expect(failureOf(theirs)).toBe("VAULT_NAME_HELD_BY_DELETED");
    expect(kinds({ ...theirs, settings: { ...settings, existingPolicy: "adopt-once" } })).toEqual([
      "recover",
    ]);
  });

  test("adopts one secret alone where somebody allowed just that", () => {
    const allowed = record("a", "value", { heldKey: null, fingerprint: null, adoptionAllowed: true });
    const items = [item("a", "value", { tags: {} }), item("b", "value", { tags: {} })];
    const planned = input({ source: [secret("a"), secret("b")], records: [allowed], items });
    expect(kinds(planned)).toEqual(["adopt", "blocked"]);
  });

  test("takes over from a disconnected sync only when it may adopt, and from a living one never", () => {
    const theirs = item("a", "value", { tags: { ...item("a").tags, "enkryptify-sync": "other" } });
    const left = view([theirs], { owners: new Map([["other", "disconnected"]]) });
    const adopts = { ...settings, existingPolicy: "adopt" } as const;
    expect(failureOf(input({ source, view: left }))).toBe("VAULT_SECRET_LEFT");
    expect(kinds(input({ source, view: left, settings: adopts }))).toEqual(["adopt"]);
    expect(failureOf(input({ source, items: [theirs], settings: adopts }))).toBe("VAULT_SECRET_OWNED");
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

describe("claims of an interrupted run", () => {
  test("are looked at before anything is believed", () => {
    const claimed = record("a", "value", { intentEpoch: 2 });
    expect(only(input({ source: [secret("a")], records: [claimed] }))).toMatchObject({
      kind: "update",
      seenAt: 0,
    });
    expect(kinds(input({ source: [secret("a")], records: [claimed], items: [item("a")] }))).toEqual(["keep"]);
    expect(kinds(input({ source: [secret("a")], records: [claimed], items: [] }))).toEqual(["create"]);
  });

  test("put back what their write came over and lost", () => {
    const before = record("a", "old", { writeEpoch: 0, intentEpoch: 1 });
    const version = {
      ...item("a", "old", { enabled: false, contentType: "x" }),
      version: "v1",
      created: 900,
    };
    const seen = { item: item("a"), versions: "over-ours", lost: version } as const;
    const planned = input({
      source: [secret("a")],
      records: [before],
      view: view([], { items: new Map([["a", seen]]) }),
    });
    expect(only(planned)).toMatchObject({ kind: "update", lost: version, carried: { contentType: "x" } });
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, "x"]));
    const full = { ...seen, lost: { ...version, tags } };
    const items = new Map([["a", full]]);
    expect(failureOf({ ...planned, view: view([], { items }) })).toBe("VAULT_SECRET_TAGS");
  });

  test("are removed with their secret", () => {
    const claimed = record("a", "value", { state: "pending", fingerprint: null, intentEpoch: 2 });
    expect(kinds(input({ records: [claimed] }))).toEqual(["delete"]);
    expect(kinds(input({ records: [claimed], items: [] }))).toEqual(["forget"]);
  });

  test("don't count for another vault", () => {
    const elsewhere = record("a", "value", { vaultUrl: "https://other.vault.azure.net" });
    expect(kinds(input({ source: [secret("a")], records: [elsewhere] }))).toEqual(["create", "forget"]);
    expect(VAULT_URL).not.toBe(elsewhere.vaultUrl);
  });
});

describe("the brake", () => {
  const records = Array.from({ length: 20 }, (_, n) => record(`s${n}`));
  const remaining = (count: number): PlanInput =>
    input({ source: records.slice(0, count).map(({ secretName }) => secret(secretName)), records });
  const tally = (planned: PlanInput): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(kinds(planned), (kind) => kind)].map(([k, list]) => [k, list.length]));

  test("lets a share of 30 % through and holds what is more", () => {
    expect(tally(remaining(14))).toEqual({ keep: 14, delete: 6 });
    expect(tally(remaining(13))).toEqual({ keep: 13, hold: 7 });
  });

  test("never holds fewer than five", () => {
    const few = records.slice(0, 4);
    expect(kinds(input({ records: few }))).toEqual(["delete", "delete", "delete", "delete"]);
    expect(kinds(input({ records: records.slice(0, 5) }))).toEqual(Array(5).fill("hold"));
  });

  test("doesn't hold what was approved, nor count it", () => {
    const approved = records.map((entry, n) => ({ ...entry, removalApproved: n < 16 }));
    expect(tally(input({ records: approved }))).toEqual({ delete: 20 });
  });

  test("is off at 100 %", () => {
    expect(tally(input({ records, settings: { ...settings, removalBrakePercent: 100 } }))).toEqual({
      delete: 20,
    });
  });

  test("says how many of how many, and asks the vault for nothing", () => {
    const [held] = plan(input({ records }));
    expect(held).toMatchObject({
      kind: "hold",
      failure: { code: "REMOVAL_AWAITS_APPROVAL", fields: { count: 20, held: 20 } },
    });
    expect(plan(input({ records })).some(isEffect)).toBe(false);
  });
});

describe("a secret with another name", () => {
  test("keeps its old copy while the new name can't be written", () => {
    const renamed = { ...secret("not.valid"), id: "id of old" };
    expect(kinds(input({ source: [renamed], records: [record("old")] }))).toEqual(["blocked", "hold"]);
  });
});
