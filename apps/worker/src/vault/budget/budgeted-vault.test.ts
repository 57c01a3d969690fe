import { expect, test } from "@jest/globals";
import type { FailureCode } from "@kvsync/contracts";
import { FailureError } from "../../failure-error.ts";
import type { BeforePage, Vault } from "../port.ts";
import { budgetReads } from "./budgeted-vault.ts";
import type { VaultBudget } from "./budgets.ts";

const { signal } = new AbortController();
const noPause = async (): Promise<void> => undefined;

/** A vault and a budget that note, in one order, what they were asked for. */
function noting(fails?: Readonly<{ code: FailureCode; retryAfterMs?: number }>): {
  vault: Vault;
  events: string[];
} {
  const events: string[] = [];
  const request = async <Result>(name: string, result: Result): Promise<Result> => {
    events.push(name);
    if (fails !== undefined) throw new FailureError({ fields: {}, ...fails });
    return result;
  };
  async function* pages(name: string, beforePage?: BeforePage): AsyncGenerator<readonly never[]> {
    for (const page of [1, 2]) {
      await beforePage?.();
      yield request(`${name} ${page}`, []);
    }
  }
  const vault: Vault = {
    list: (_, beforePage) => pages("list", beforePage),
    listDeleted: (_, beforePage) => pages("listDeleted", beforePage),
    versions: () => request("versions", []),
    isDeleted: () => request("isDeleted", false),
    findDeleted: () => request("findDeleted", null),
    set: () => request("set", { version: "1", updated: 1, requestId: undefined }),
    remove: () => request("remove", undefined),
    recover: () => request("recover", undefined),
    purge: () => request("purge", undefined),
  };
  const budget: VaultBudget = {
    takeWrite: async () => void events.push("write turn"),
    takeRead: async () => void events.push("turn"),
    hold: async (kind, ms) => void events.push(`hold ${kind} ${ms}`),
  };
  return { vault: budgetReads(vault, budget, noPause), events };
}

async function exhaust(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const page of pages) void page;
}

test.each(["list", "listDeleted"] as const)("each page of %s takes its turn", async (name) => {
  const { vault, events } = noting();
  await exhaust(vault[name](signal));
  expect(events).toEqual(["turn", `${name} 1`, "turn", `${name} 2`]);
});

test.each(["versions", "isDeleted", "findDeleted", "remove", "recover", "purge"] as const)(
  "%s takes its turn first",
  async (name) => {
    const { vault, events } = noting();
    await vault[name]("key", signal);
    expect(events).toEqual(["turn", name]);
  },
);

test("a write takes its turn where it is tried again, not here", async () => {
  const { vault, events } = noting();
  await vault.set("key", "value", { tags: {} }, signal);
  expect(events).toEqual(["set"]);
});

test("a request that was throttled holds all workers for as long as the vault asks", async () => {
  const { vault, events } = noting({ code: "VAULT_THROTTLED", retryAfterMs: 7_000 });
  await expect(vault.remove("key", signal)).rejects.toMatchObject({ code: "VAULT_THROTTLED" });
  await expect(exhaust(vault.list(signal))).rejects.toMatchObject({ code: "VAULT_THROTTLED" });
  expect(events).toEqual(["turn", "remove", "hold read 7000", "turn", "list 1", "hold read 7000"]);
});

test("another failure holds nobody", async () => {
  const { vault, events } = noting({ code: "VAULT_TIMEOUT" });
  await expect(vault.versions("key", signal)).rejects.toMatchObject({ code: "VAULT_TIMEOUT" });
  expect(events).toEqual(["turn", "versions"]);
});
