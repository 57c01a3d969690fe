import { describe, expect, test } from "@jest/globals";
import { MemoryStore, type MemorySettings } from "./memory-store.ts";
import { MemoryVault } from "./memory-vault.ts";
import { OtherHands } from "./other-hands.ts";

const signal = new AbortController().signal;
const DAY_MS = 86_400_000;

function given(settings: Partial<MemorySettings> = {}) {
  let time = 1_000_000;
  const store = new MemoryStore({ now: () => time, deleteMs: 1_000, recoverMs: 1_000, ...settings });
  const pass = (ms: number): void => {
    time += ms;
  };
  return { vault: new MemoryVault(store), store, others: new OtherHands(store), pass };
}

describe("somebody else in a vault in memory", () => {
  test("is told apart from the sync, and from other identities", async () => {
    const { vault, store, others } = given();
    await vault.set("a", "1", { tags: {} }, signal);
    others.set("A", "2", { tags: { t: "x" }, expires: 5 });
    const other = new MemoryVault(store, undefined, { identity: "another sync" });
    await other.set("a", "3", { tags: {} }, signal);
    const versions = others.snapshot().get("A")?.versions;
    expect(versions?.map(({ by }) => by)).toEqual(["sync", "somebody else", "another sync"]);
    expect(versions?.[1]).toMatchObject({ value: "2", tags: { t: "x" }, expires: 5 });
    expect(others.peek("a")).toBe("3");
  });

  test("sees whatever is there in one snapshot, which stays as it is", async () => {
    const { vault, others, pass } = given();
    for (const name of ["b", "A", "c"]) await vault.set(name, `of ${name}`, { tags: {} }, signal);
    others.addManaged("cert", "-----BEGIN");
    others.delete("b");
    pass(1_000);
    others.delete("c");
    const before = others.snapshot();
    others.amend("a", { enabled: false });
    others.set("a", "new");
    others.recover("b");
    expect([...before].map(([key, { name, phase, managed }]) => [key, name, phase, managed])).toEqual([
      ["A", "A", "live", false],
      ["B", "b", "deleted", false],
      ["C", "c", "deleting", false],
      ["CERT", "cert", "live", true],
    ]);
    expect(before.get("A")?.versions).toMatchObject([{ value: "of A", enabled: true }]);
    const [first, second] = others.snapshot().get("A")?.versions ?? [];
    expect([first?.enabled, second?.enabled]).toEqual([false, true]);
    expect(others.snapshot().get("B")?.phase).toBe("recovering");
  });

  test("is refused what Key Vault refuses", () => {
    const { others } = given();
    others.addManaged("cert", "-----BEGIN");
    expect(() => others.delete("cert")).toThrow(expect.objectContaining({ statusCode: 403 }));
    expect(() => others.addManaged("CERT", "")).toThrow(expect.objectContaining({ statusCode: 409 }));
    expect(() => others.amend("gone", { enabled: false })).toThrow(
      expect.objectContaining({ statusCode: 404 }),
    );
  });
});

describe("a vault in memory", () => {
  test("forgets a deleted secret when its retention ends, and gives its name free", async () => {
    const { vault, others, pass } = given({ retentionDays: 7 });
    await vault.set("a", "1", { tags: {} }, signal);
    await vault.remove("a", signal);
    pass(7 * DAY_MS - 1);
    expect(await vault.isDeleted("a", signal)).toBe(true);
    pass(1);
    expect(await vault.isDeleted("a", signal)).toBe(false);
    expect(others.snapshot().size).toBe(0);
    await vault.set("A", "2", { tags: {} }, signal);
    expect(await vault.versions("a", signal)).toMatchObject([{ name: "A" }]);
  });

  test("refuses purges under purge protection as Key Vault does", async () => {
    const { vault, pass } = given({ isPurgeProtected: true });
    await vault.set("a", "1", { tags: {} }, signal);
    await vault.remove("a", signal);
    pass(1_000);
    await expect(vault.purge("a", signal)).rejects.toMatchObject({
      code: "VAULT_FORBIDDEN",
      fields: { host: "memory.vault.azure.net", detail: "purge protection is on" },
    });
    expect(await vault.isDeleted("a", signal)).toBe(true);
  });

  test("makes the same version ids from run to run", async () => {
    const ids = await Promise.all(
      [given(), given()].map(async ({ vault }) => (await vault.set("a", "1", { tags: {} }, signal)).version),
    );
    expect(ids[0]).toBe(ids[1]);
  });
});
