import { describe, expect, test } from "@jest/globals";
import type { FailureCode } from "@kvsync/contracts";
import { FailureError } from "../failure-error.ts";
import type { VaultBudget } from "../vault/budget/budgets.ts";
import type { Vault, VaultVersion, Written } from "../vault/port.ts";
import { Guard } from "./halt.ts";
import { tagsFor } from "./ownership.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { item, SYNC_ID } from "./testing.ts";
import { writeSecret, type Write, type WriteEnvironment } from "./write.ts";

const own = { syncId: SYNC_ID, secretId: "s", epoch: 3, fingerprint: "0123456789abcdef".repeat(4) };
const write: Write = {
  vaultName: "key",
  value: "v",
  own,
  carried: null,
  enabled: true,
  unseen: null,
  isDeleted: false,
  adoptsDeleted: false,
};
const written: Written = { version: "1", updated: 10, requestId: "r" };

const version = (id: string, tags: Record<string, string>): VaultVersion => ({
  ...item("key"),
  version: id,
  created: 5,
  updated: 5,
  tags,
});

const fails = (code: FailureCode): FailureError => new FailureError({ code, fields: {} });

type Script = Readonly<{
  /** What each set gives in turn: a failure's code, or success. */
  sets: ReadonlyArray<FailureCode | "ok">;
  versions?: readonly VaultVersion[];
  /** The tags of the deleted secret that holds the name. */
  deletedTags?: Readonly<Record<string, string>>;
  deletedIsEnabled?: boolean;
}>;

/** A vault that follows a script and notes what it was asked for. */
function scripted({ sets, versions = [], deletedTags: tags, deletedIsEnabled: enabled = true }: Script): {
  vault: Vault;
  calls: string[];
} {
  const calls: string[] = [];
  const answers = [...sets];
  const vault: Vault = {
    list: () => {
      throw new Error("a write lists nothing");
    },
    listDeleted: () => {
      throw new Error("a write lists nothing");
    },
    versions: async () => {
      calls.push("versions");
      return versions;
    },
    set: async () => {
      calls.push("set");
      const answer = answers.shift();
      if (answer === undefined) throw new Error("one set too many");
      if (answer !== "ok") throw fails(answer);
      return written;
    },
    remove: async () => undefined,
    isDeleted: async () => true,
    findDeleted: async () => {
      calls.push("findDeleted");
      return tags === undefined ? null : { name: "name", enabled, tags };
    },
    recover: async () => {
      calls.push("recover");
    },
    purge: async () => undefined,
  };
  return { vault, calls };
}

const freely: VaultBudget = {
  takeWrite: async () => undefined,
  takeRead: async () => undefined,
  hold: async () => undefined,
};

function environment(vault: Vault, changes: Partial<WriteEnvironment> = {}): WriteEnvironment {
  const quick = { baseMs: 1, capMs: 2 };
  return {
    vault,
    budget: freely,
    guard: new Guard(() => true, new AbortController().signal),
    signal: new AbortController().signal,
    retry: { ...defaultRetryPolicy, attemptsPerRun: 3, withinRun: quick },
    inGrace: false,
    ...changes,
  };
}

describe("writing one secret", () => {
  test("is one request when it succeeds", async () => {
    const { vault, calls } = scripted({ sets: ["ok"] });
    await expect(writeSecret(write, environment(vault))).resolves.toEqual({
      ok: true,
      written,
      recovered: false,
      carried: null,
      enabled: true,
      versions: 1,
    });
    expect(calls).toEqual(["set"]);
  });

  test("is tried again after a failure that passes, as often as a run allows", async () => {
    const passes = scripted({ sets: ["VAULT_UNAVAILABLE", "VAULT_UNAVAILABLE", "ok"] });
    await expect(writeSecret(write, environment(passes.vault))).resolves.toMatchObject({ ok: true });
    const stays = scripted({ sets: ["VAULT_UNAVAILABLE", "VAULT_UNAVAILABLE", "VAULT_UNAVAILABLE"] });
    await expect(writeSecret(write, environment(stays.vault))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_UNAVAILABLE" },
    });
  });

  test("has everybody leave off when the vault throttles, and uses up no attempt for it", async () => {
    const { vault } = scripted({
      sets: ["VAULT_THROTTLED", "VAULT_THROTTLED", "VAULT_THROTTLED", "VAULT_THROTTLED", "ok"],
    });
    const holds: number[] = [];
    const budget = { ...freely, hold: async (_kind: string, ms: number) => void holds.push(ms) };
    await expect(writeSecret(write, environment(vault, { budget }))).resolves.toMatchObject({ ok: true });
    expect(holds).toHaveLength(4);
  });

  test("waits for its turn before it asks the vault", async () => {
    const { vault, calls } = scripted({ sets: ["ok"] });
    const order: string[] = [];
    const budget = {
      ...freely,
      takeWrite: async () => void order.push(`turn after ${calls.length} calls`),
    };
    await writeSecret(write, environment(vault, { budget }));
    expect(order).toEqual(["turn after 0 calls"]);
  });

  test("isn't tried again after a permanent failure", async () => {
    const { vault, calls } = scripted({ sets: ["VAULT_VALUE_REFUSED"] });
    await expect(writeSecret(write, environment(vault))).resolves.toMatchObject({ ok: false });
    expect(calls).toEqual(["set"]);
  });

  test("is tried again after a missing role only while Azure may still propagate it", async () => {
    const { vault } = scripted({ sets: ["VAULT_ROLE_MISSING", "ok"] });
    await expect(writeSecret(write, environment(vault, { inGrace: true }))).resolves.toMatchObject({
      ok: true,
    });
  });

  test("looks, after a lost answer, whether the write arrived, and makes no second version when it did", async () => {
    const arrived = version("9", tagsFor(own, {}));
    const { vault, calls } = scripted({ sets: ["VAULT_TIMEOUT"], versions: [arrived] });
    await expect(writeSecret(write, environment(vault))).resolves.toMatchObject({
      ok: true,
      written: { version: "9" },
    });
    expect(calls).toEqual(["set", "versions"]);
  });

  test("writes again after a lost answer when another run's version is all there is", async () => {
    const older = version("8", tagsFor({ ...own, epoch: 2 }, {}));
    const { vault, calls } = scripted({ sets: ["VAULT_TIMEOUT", "ok"], versions: [older] });
    await expect(writeSecret(write, environment(vault))).resolves.toMatchObject({ ok: true, written });
    expect(calls).toEqual(["set", "versions", "set"]);
  });

  test("recovers a deleted secret that a sync made, and then writes it", async () => {
    const { vault, calls } = scripted({
      sets: ["VAULT_SECRET_DELETED", "ok"],
      deletedTags: tagsFor(own, {}),
      versions: [version("7", { team: "x" })],
    });
    await expect(writeSecret(write, environment(vault))).resolves.toMatchObject({
      ok: true,
      recovered: true,
      carried: { tags: { team: "x" } },
    });
    expect(calls).toEqual(["set", "findDeleted", "recover", "versions", "set"]);
  });

  test("recovers first where the plan saw that a deleted secret holds the name", async () => {
    const recovered = { deletedTags: tagsFor(own, {}), versions: [version("7", {})] };
    const { vault, calls } = scripted({ sets: ["ok"], ...recovered });
    await writeSecret({ ...write, isDeleted: true }, environment(vault));
    expect(calls).toEqual(["findDeleted", "recover", "versions", "set"]);
  });

  test("doesn't write over a recovered secret that is disabled", async () => {
    const disabled = { ...version("7", {}), enabled: false };
    const { vault, calls } = scripted({ sets: [], deletedTags: tagsFor(own, {}), versions: [disabled] });
    await expect(writeSecret({ ...write, isDeleted: true }, environment(vault))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_SECRET_DISABLED" },
    });
    expect(calls).not.toContain("set");
  });

  test("leaves a deleted secret of somebody else alone, unless the sync adopts such secrets", async () => {
    const foreign = scripted({ sets: ["VAULT_SECRET_DELETED"], deletedTags: { team: "x" } });
    await expect(writeSecret(write, environment(foreign.vault))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_NAME_HELD_BY_DELETED" },
    });
    expect(foreign.calls).not.toContain("recover");
    const adopted = scripted({
      sets: ["VAULT_SECRET_DELETED", "ok"],
      deletedTags: { team: "x" },
      versions: [version("7", {})],
    });
    await expect(
      writeSecret({ ...write, adoptsDeleted: true }, environment(adopted.vault)),
    ).resolves.toMatchObject({
      ok: true,
      recovered: true,
    });
  });

  test("leaves a deleted secret alone that it couldn't write over once it is recovered, unless it made it itself", async () => {
    const others = tagsFor({ ...own, syncId: "another" }, {});
    const disabled = scripted({
      sets: ["VAULT_SECRET_DELETED"],
      deletedTags: others,
      deletedIsEnabled: false,
    });
    await expect(writeSecret(write, environment(disabled.vault))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_NAME_HELD_BY_DELETED" },
    });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${index}`, "x"]));
    const full = scripted({ sets: ["VAULT_SECRET_DELETED"], deletedTags: { ...others, ...many } });
    await expect(writeSecret(write, environment(full.vault))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_SECRET_TAGS" },
    });
    for (const { calls } of [disabled, full]) expect(calls).not.toContain("recover");
  });

  test("fails alone where the role lets it write but not recover", async () => {
    const { vault } = scripted({ sets: ["VAULT_SECRET_DELETED"], deletedTags: tagsFor(own, {}) });
    const denying: Vault = {
      ...vault,
      recover: async () => {
        throw fails("VAULT_ROLE_MISSING");
      },
    };
    await expect(writeSecret(write, environment(denying))).resolves.toMatchObject({
      ok: false,
      failure: { code: "VAULT_RECOVERY_DENIED" },
    });
  });

  test("stops before the next attempt when the lease is lost", async () => {
    let holds = true;
    const { vault, calls } = scripted({ sets: ["VAULT_THROTTLED", "ok"] });
    const lapsing: Vault = {
      ...vault,
      set: async (...all) => {
        holds = false;
        return vault.set(...all);
      },
    };
    const guard = new Guard(() => holds, new AbortController().signal);
    await expect(writeSecret(write, environment(lapsing, { guard }))).rejects.toMatchObject({
      code: "LEASE_LOST",
    });
    expect(calls).toEqual(["set"]);
  });
});
