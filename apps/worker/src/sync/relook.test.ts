import { beforeEach, describe, expect, test } from "@jest/globals";
import { MemoryStore } from "../vault/memory/memory-store.ts";
import { MemoryVault } from "../vault/memory/memory-vault.ts";
import { OtherHands } from "../vault/memory/other-hands.ts";
import type { Action } from "./actions.ts";
import { effectsOf } from "./apply.ts";
import { inParallel } from "./in-parallel.ts";
import { plan } from "./plan.ts";
import { Relook } from "./relook.ts";
import { NOW, SYNC_ID, input, secret, view } from "./testing.ts";

const MINUTE = 60_000;
const names = Array.from({ length: 200 }, (_, index) => `name-${index}`);
const source = names.map((name) => secret(name));

let vault: MemoryVault;
let others: OtherHands;
let now: number;
let relook: Relook;

beforeEach(() => {
  now = NOW;
  const store = new MemoryStore({ now: () => now, deleteMs: 0, recoverMs: 0 });
  vault = new MemoryVault(store);
  others = new OtherHands(store);
  const seen = input({ source, view: view([]) });
  relook = new Relook(
    { ...seen, view: null },
    {
      syncId: SYNC_ID,
      wanted: new Map(names.map((name) => [name, name])),
      held: new Map(),
      gathersUnrecorded: false,
    },
    {
      vault,
      signal: new AbortController().signal,
      concurrency: 4,
      now: () => now,
      findOwners: async () => new Map(),
    },
    effectsOf(plan(seen)),
  );
});

async function decided(count: number): Promise<Action[]> {
  const actions: Action[] = [];
  for (let index = 0; index < count; index += 1) actions.push(await relook.decide(index));
  return actions;
}

describe("another look before an effect", () => {
  test("isn't taken within a minute of the first", async () => {
    now += MINUTE;
    expect(new Set((await decided(200)).map(({ kind }) => kind))).toEqual(new Set(["create"]));
    expect(vault.calls("versions")).toBe(0);
  });

  test("takes one request a secret, and none for deleted ones", async () => {
    now += MINUTE + 1;
    await decided(200);
    expect(vault.calls("versions")).toBe(200);
    expect(vault.calls("findDeleted") + vault.calls("listDeleted") + vault.calls("list")).toBe(0);
  });

  test("decides anew by what it shows", async () => {
    now += MINUTE + 1;
    others.set("name-3", "theirs");
    const actions = await decided(5);
    expect(actions.map(({ kind }) => kind)).toEqual(["create", "create", "create", "blocked", "create"]);
    expect(actions[3]).toMatchObject({ failure: { code: "VAULT_SECRET_EXISTS" } });
  });

  test("is taken once more, for one secret, where the look ahead has become old itself", async () => {
    now += MINUTE + 1;
    await decided(1);
    others.set("name-1", "theirs");
    now += MINUTE + 1;
    expect(await relook.decide(1)).toMatchObject({ kind: "blocked" });
  });

  test("is taken by all who need it at once, and no more than once", async () => {
    now += MINUTE + 1;
    await inParallel(names, 16, async (_, index) => void (await relook.decide(index)));
    expect(vault.calls("versions")).toBe(200);
  });
});
