import { describe, expect, test } from "@jest/globals";
import { FailureError } from "../../failure-error.ts";
import { MemoryStore } from "./memory-store.ts";
import { MemoryVault, type Intercept, type MemoryCall } from "./memory-vault.ts";

const signal = new AbortController().signal;
const plain = { tags: {} };

function given(intercept?: Intercept): MemoryVault {
  const store = new MemoryStore({ now: () => 1_000, deleteMs: 0, recoverMs: 0 });
  return new MemoryVault(store, intercept);
}

const failWhen =
  (moment: "before" | "after", failure: Error): Intercept =>
  async (_, when) => {
    if (when === moment) throw failure;
  };

describe("an interceptor of a vault in memory", () => {
  const failure = new FailureError({ code: "VAULT_TIMEOUT", fields: { seconds: 30 } });

  test("refuses a request before its effect", async () => {
    const vault = given(failWhen("before", failure));
    await expect(vault.set("a", "1", plain, signal)).rejects.toBe(failure);
    expect(vault.store.peek("a")).toBeUndefined();
  });

  test("loses an answer after the effect", async () => {
    const vault = given(failWhen("after", failure));
    await expect(vault.set("a", "1", plain, signal)).rejects.toBe(failure);
    expect(vault.store.peek("a")).toBe("1");
  });

  test("holds a request up, and what happens meanwhile comes first", async () => {
    const vault = given(async ({ kind }, when) => {
      if (kind === "set" && when === "before") vault.store.addVersion("a", "theirs", plain);
    });
    await vault.set("a", "ours", plain, signal);
    const written = vault.store.find("a")?.versions.map(({ value, by }) => [value, by]);
    expect(written).toEqual([
      ["theirs", "somebody else"],
      ["ours", "sync"],
    ]);
  });

  test("sees each request before and after its effect, and a refused one only before", async () => {
    const seen: Array<MemoryCall & { when: string }> = [];
    const vault = given(async (call, when) => {
      seen.push({ ...call, when });
    });
    await vault.isDeleted("A", signal);
    await expect(vault.recover("A", signal)).rejects.toMatchObject({ code: "VAULT_SECRET_GONE" });
    for await (const _ of vault.list(signal));
    expect(seen).toEqual([
      { kind: "findDeleted", name: "A", when: "before" },
      { kind: "findDeleted", name: "A", when: "after" },
      { kind: "recover", name: "A", when: "before" },
      { kind: "list", name: "", when: "before" },
      { kind: "list", name: "", when: "after" },
    ]);
  });

  test("may end the call by its signal, at either moment", async () => {
    for (const moment of ["before", "after"] as const) {
      const stop = new AbortController();
      const vault = given(async (_, when) => {
        if (when === moment) stop.abort(failure);
      });
      await expect(vault.set("a", "1", plain, stop.signal)).rejects.toBe(failure);
      expect(vault.store.peek("a")).toBe(moment === "before" ? undefined : "1");
    }
  });
});

describe("requests are counted", () => {
  test("by kind, pages each, and those that fail; until they are forgotten", async () => {
    const vault = given();
    for (let n = 0; n < 26; n += 1) await vault.set(`name-${n}`, "v", plain, signal);
    await expect(vault.set("no_name", "v", plain, signal)).rejects.toMatchObject({
      code: "VAULT_NAME_REFUSED",
    });
    for await (const _ of vault.list(signal));
    expect([vault.calls("set"), vault.calls("list"), vault.calls("remove")]).toEqual([27, 2, 0]);
    vault.forgetCalls();
    expect(vault.calls("set")).toBe(0);
  });

  test("but not once the signal is aborted: none is made", async () => {
    const seen: MemoryCall[] = [];
    const vault = given(async (call) => {
      seen.push(call);
    });
    await expect(vault.versions("a", AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
    expect([vault.calls("versions"), seen]).toEqual([0, []]);
  });
});
