import { beforeEach, describe, expect, test } from "@jest/globals";
import { FailureError } from "../failure-error.ts";
import type { VaultBudget } from "../vault/budget/budgets.ts";
import { MemoryStore } from "../vault/memory/memory-store.ts";
import { MemoryVault } from "../vault/memory/memory-vault.ts";
import { OtherHands } from "../vault/memory/other-hands.ts";
import type { Vault, VaultVersion } from "../vault/port.ts";
import { Guard } from "./halt.ts";
import { tagsFor } from "./ownership.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { item, SYNC_ID } from "./testing.ts";
import { writeSecret, type Write, type WriteEnvironment } from "./write.ts";
import { findLost } from "./written-over.ts";

const { signal } = new AbortController();
const before = { syncId: SYNC_ID, secretId: "s", epoch: 3, fingerprint: "0123456789abcdef".repeat(4) };
const own = { ...before, epoch: 4, fingerprint: "fedcba9876543210".repeat(4) };

const freely: VaultBudget = {
  takeWrite: async () => undefined,
  takeRead: async () => undefined,
  hold: async () => undefined,
};

let time = 0;
let vault: MemoryVault;
let others: OtherHands;
let write: Write;
beforeEach(async () => {
  time = 1_800_000_000_000;
  const store = new MemoryStore({ now: () => time, deleteMs: 0, recoverMs: 0 });
  vault = new MemoryVault(store);
  others = new OtherHands(store);
  const { version } = await vault.set("key", "old", { tags: tagsFor(before, { team: "x" }) }, signal);
  vault.forgetCalls();
  write = {
    vaultName: "key",
    value: "new",
    own,
    carried: { tags: { team: "x" } },
    enabled: true,
    unseen: { recorded: version },
    isDeleted: false,
    adoptsDeleted: false,
  };
});

const environment = (changes: Partial<Vault> = {}): WriteEnvironment => ({
  vault: {
    list: (...all) => vault.list(...all),
    listDeleted: (...all) => vault.listDeleted(...all),
    versions: (...all) => vault.versions(...all),
    set: (...all) => vault.set(...all),
    remove: (...all) => vault.remove(...all),
    isDeleted: (...all) => vault.isDeleted(...all),
    findDeleted: (...all) => vault.findDeleted(...all),
    recover: (...all) => vault.recover(...all),
    purge: (...all) => vault.purge(...all),
    ...changes,
  },
  budget: freely,
  guard: new Guard(() => true, signal),
  signal,
  retry: { ...defaultRetryPolicy, attemptsPerRun: 3, withinRun: { baseMs: 1, capMs: 2 } },
  inGrace: false,
});

const current = () => {
  const secret = vault.store.find("key");
  if (secret === undefined) throw new Error("there is no such secret");
  return vault.store.currentOf(secret);
};

describe("a write over what wasn't looked at just now", () => {
  test("is one write and one look where nobody changed anything", async () => {
    await expect(writeSecret(write, environment())).resolves.toMatchObject({
      ok: true,
      enabled: true,
      versions: 1,
    });
    expect([vault.calls("set"), vault.calls("versions")]).toEqual([1, 1]);
    expect(current()).toMatchObject({ value: "new", enabled: true });
  });

  test("leaves a secret disabled that somebody disabled", async () => {
    others.setEnabled("key", false);
    await expect(writeSecret(write, environment())).resolves.toMatchObject({
      ok: true,
      enabled: false,
      versions: 2,
      carried: { tags: { team: "x" } },
    });
    expect(current()).toMatchObject({ value: "new", enabled: false, tags: tagsFor(own, { team: "x" }) });
  });

  test("keeps tags, type and times that somebody gave it", async () => {
    const theirs = { contentType: "text/plain", expires: 4_102_444_800 };
    others.amend("key", { tags: { ...tagsFor(before, {}), team: "y", owner: "z" }, ...theirs });
    const outcome = await writeSecret(write, environment());
    const carried = { tags: { team: "y", owner: "z" }, ...theirs };
    expect(outcome).toMatchObject({ ok: true, enabled: true, versions: 2, carried });
    expect(current()).toMatchObject({ value: "new", ...carried, tags: tagsFor(own, carried.tags) });
  });

  test("goes by the version that the record tells of, where several are of one second", async () => {
    // Older, and disabled as old versions may be.
    vault.store.amend("key", { enabled: false });
    const { version } = await vault.set("key", "old", { tags: tagsFor(before, { team: "x" }) }, signal);
    const outcome = await writeSecret({ ...write, unseen: { recorded: version } }, environment());
    expect(outcome).toMatchObject({ ok: true, enabled: true, versions: 1 });
  });

  test("looks again where the look failed in a way that passes", async () => {
    others.setEnabled("key", false);
    let lost = 0;
    const versions: Vault["versions"] = async (name, signal) => {
      if (lost++ < 2) throw new FailureError({ code: "VAULT_UNREACHABLE", fields: {} });
      return vault.versions(name, signal);
    };
    await expect(writeSecret(write, environment({ versions }))).resolves.toMatchObject({
      ok: true,
      enabled: false,
      versions: 2,
    });
    expect(vault.calls("set")).toBe(2);
  });

  test("is told as open where no look is to be had, and is made once all the same", async () => {
    const versions = async (): Promise<never> => {
      throw new FailureError({ code: "VAULT_THROTTLED", fields: {} });
    };
    await expect(writeSecret(write, environment({ versions }))).resolves.toMatchObject({
      ok: false,
      uncertain: true,
      failure: { code: "VAULT_THROTTLED" },
    });
    expect([vault.calls("set"), current().value]).toEqual([1, "new"]);
  });

  test("stands where the look is refused", async () => {
    const versions = async (): Promise<never> => {
      throw new FailureError({ code: "VAULT_ROLE_MISSING", fields: {} });
    };
    await expect(writeSecret(write, environment({ versions }))).resolves.toMatchObject({ ok: true });
    expect(current().value).toBe("new");
  });

  test("is told as open where the second write fails, since the first one stands", async () => {
    others.setEnabled("key", false);
    const set: Vault["set"] = async (name, value, properties, signal) => {
      if (properties.enabled === false) throw new FailureError({ code: "VAULT_VALUE_REFUSED", fields: {} });
      return vault.set(name, value, properties, signal);
    };
    await expect(writeSecret(write, environment({ set }))).resolves.toMatchObject({
      ok: false,
      uncertain: true,
    });
  });

  test("doesn't take the first write for the second one whose answer was lost", async () => {
    others.setEnabled("key", false);
    let lost = 0;
    const set: Vault["set"] = async (name, value, properties, signal) => {
      if (properties.enabled === false && lost++ === 0)
        throw new FailureError({ code: "VAULT_TIMEOUT", fields: {} });
      return vault.set(name, value, properties, signal);
    };
    await expect(writeSecret(write, environment({ set }))).resolves.toMatchObject({
      ok: true,
      enabled: false,
    });
    expect(current()).toMatchObject({ value: "new", enabled: false });
  });

  test("is put right, too, where the answer of the first write was lost", async () => {
    others.setEnabled("key", false);
    let lost = 0;
    const set: Vault["set"] = async (name, value, properties, signal) => {
      const written = await vault.set(name, value, properties, signal);
      if (lost++ === 0) throw new FailureError({ code: "VAULT_TIMEOUT", fields: {} });
      return written;
    };
    await expect(writeSecret(write, environment({ set }))).resolves.toMatchObject({
      ok: true,
      enabled: false,
      versions: 2,
    });
    expect(current()).toMatchObject({ value: "new", enabled: false, tags: tagsFor(own, { team: "x" }) });
  });

  test("fails alone where our tags no longer fit", async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, "x"]));
    others.amend("key", { tags: many });
    await expect(writeSecret(write, environment())).resolves.toMatchObject({
      ok: false,
      uncertain: true,
      failure: { code: "VAULT_SECRET_TAGS" },
    });
  });
});

describe("what a write that nobody recorded came over", () => {
  const version = (id: string, at: number, changes: Partial<VaultVersion> = {}): VaultVersion => ({
    ...item("key"),
    version: id,
    created: at,
    updated: at,
    ...changes,
  });
  const record = { vaultVersion: "v1", writeEpoch: 3 };
  const disabled = version("v1", 1_000, { updated: 1_500, enabled: false, tags: tagsFor(before, {}) });
  const blind = version("v2", 2_000, { tags: tagsFor(own, {}) });
  const lost = (...versions: readonly VaultVersion[]): string | undefined => {
    const current = versions.at(-1);
    if (current === undefined) throw new RangeError("there is a current version");
    return findLost(versions, current, record, SYNC_ID)?.version;
  };

  test("is lost where it was disabled, or had other tags", () => {
    expect(lost(disabled, blind)).toBe("v1");
    const tagged = version("v1", 1_000, { updated: 1_500, tags: tagsFor(before, { team: "x" }) });
    expect(lost(tagged, blind)).toBe("v1");
  });

  test.each<[string, VaultVersion[]]>([
    ["nothing was changed", [version("v1", 1_000, { tags: tagsFor(before, {}) }), blind]],
    [
      "it was put back already",
      [disabled, blind, { ...blind, version: "v3", created: 2_001, updated: 2_001, enabled: false }],
    ],
    ["the older version was disabled after the write", [{ ...disabled, updated: 2_500 }, blind]],
    ["somebody has changed the new version since", [disabled, { ...blind, updated: 2_500 }]],
    ["the record tells of the write", [disabled, { ...blind, tags: tagsFor(before, {}) }]],
    ["somebody wrote over it", [disabled, blind, version("v3", 3_000, { tags: {} })]],
    ["there is nothing else", [blind]],
    [
      "it was itself put back by an earlier write",
      [version("v2", 1_900, { tags: tagsFor(before, {}) }), { ...blind, tags: tagsFor(own, { team: "x" }) }],
    ],
    [
      "the last one of its second had the same",
      [
        version("v1", 1_000, { tags: tagsFor({ ...before, epoch: 2 }, {}) }),
        version("v2", 1_000, { updated: 1_500, tags: tagsFor(before, { team: "x" }) }),
        { ...blind, tags: tagsFor(own, { team: "x" }) },
      ],
    ],
  ])("isn't where %s", (_, versions) => {
    expect(lost(...versions)).toBeUndefined();
  });
});
