import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { vaultKeyOf } from "@kvsync/contracts";
import type { SyncRow } from "@kvsync/store";
import fc from "fast-check";
import type { Vault, VaultItem, VaultVersion } from "../vault/port.ts";
import { changes, clock, compare, createPlace, fill, secrets, type Place } from "./input.fixture.ts";
import { readInput, readRestingInput, type SyncInput } from "./input.ts";
import type { Resting } from "./resting.ts";
import { Sight } from "./sight.ts";
import { item } from "./testing.ts";
import type { VaultView } from "./view.ts";

let place: Place;
beforeAll(async () => {
  place = await createPlace();
});
afterAll(() => place.drop());

/** What became of the vault's secret of a name. */
const fates = [
  "as recorded",
  "gone",
  "deleted",
  "changed",
  "disabled",
  "moved on",
  "theirs",
  "tagged",
] as const;
type Fate = (typeof fates)[number];
const someFates = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.constant<Fate>("as recorded") }, fc.constantFrom(...fates)),
  {
    minLength: 16,
    maxLength: 16,
  },
);
/** Names that no secret may have, and that all may have. */
const OTHERS = ["somebody's", "a", "p-a", "b-c", "B--C", "d", "else", "k"];

test("a check without what rests plans as one of everything, whatever the vault shows", async () => {
  let leftOut = 0;
  let recalled = 0;
  await fc.assert(
    fc.asyncProperty(secrets, changes, someFates, async (all, settings, drawn) => {
      const sync: SyncRow = { ...place.sync, ...settings, wantedCheck: 1 };
      await fill(place, all, sync);
      const reading = { database: place.database, clock };
      const everything = await readInput(reading, sync);
      const vault = vaultOf(everything, drawn, sync.id);
      const read = await readRestingInput(reading, sync);
      if (read === null) throw new Error("so few are never too many");
      const { input, resting } = read;
      expect(input.source.length + input.leftOut).toBe(everything.source.length);
      const restedAtFirst = input.leftOut;

      const full = await look(vault, sync, everything, null);
      const part = await look(vault, sync, input, resting);
      expect(part.input.source.length + part.input.leftOut).toBe(everything.source.length);
      expect(part.view?.count).toBe(full.view?.count);
      compare({ ...everything, view: full.view }, { ...part.input, view: part.view });
      leftOut += part.input.leftOut;
      recalled += restedAtFirst - part.input.leftOut;
    }),
    { numRuns: 250 },
  );
  // Both happen, and often.
  expect([leftOut, recalled].map((count) => count > 15)).toEqual([true, true]);
}, 120_000);

async function look(
  vault: Vault,
  sync: SyncRow,
  input: SyncInput,
  resting: Resting | null,
): Promise<{ input: SyncInput; view: VaultView | null }> {
  const free = {
    takeWrite: async () => undefined,
    takeRead: async () => undefined,
    hold: async () => undefined,
  };
  const guard = { pause: async () => undefined };
  const dependencies = {
    database: place.database,
    vaults: { open: () => ({ vault }) },
    budgets: { of: () => free },
    concurrency: 4,
    clock,
  };
  const context = {
    sync,
    signal: new AbortController().signal,
    guard,
    vaultLimits: { writes: null, reads: null },
  };
  const again = async (): Promise<SyncInput> => input;
  const sight = new Sight(dependencies as never, context as never, input, again, resting);
  const { seen } = await sight.plan(true);
  return { input: sight.input, view: seen };
}

/** A vault in which what the records hold met these fates, with a few more secrets beside it. */
function vaultOf({ records, settings }: SyncInput, drawn: readonly Fate[], syncId: string): Vault {
  const held = new Map(
    records.flatMap((record) =>
      record.heldKey !== null && record.vaultUrl === settings.vaultUrl
        ? [[record.heldKey, record] as const]
        : [],
    ),
  );
  const names = [
    ...new Map([...held.keys(), ...OTHERS].map((name) => [vaultKeyOf(name), name])).values(),
  ].toSorted();
  const versions = new Map<string, VaultVersion[]>();
  const deleted = new Map<string, Pick<VaultItem, "name" | "enabled" | "tags">>();
  for (const [index, name] of names.entries()) {
    const record = held.get(vaultKeyOf(name));
    const fate = record === undefined && index % 2 === 0 ? "gone" : (drawn[index % drawn.length] ?? "gone");
    const own = ownItem(name, record?.fingerprint ?? "0".repeat(64), syncId);
    const shown = record === undefined && fate === "as recorded" ? { ...own, tags: {} } : meet(own, fate);
    if (shown === undefined) {
      if (fate === "deleted") deleted.set(vaultKeyOf(name), { name, enabled: true, tags: own.tags });
      continue;
    }
    const version = { ...shown, version: fate === "as recorded" ? "v1" : "v2", created: shown.updated };
    versions.set(
      vaultKeyOf(name),
      fate === "changed" ? [version, { ...own, version: "v1", created: 1 }] : [version],
    );
  }
  const refuse = (): never => {
    throw new Error("a look changes nothing");
  };
  return {
    list: async function* () {
      for (const [current] of versions.values()) if (current !== undefined) yield [current];
    },
    listDeleted: async function* () {
      yield [...deleted.values()];
    },
    versions: async (name) => versions.get(vaultKeyOf(name)) ?? [],
    findDeleted: async (name) => deleted.get(vaultKeyOf(name)) ?? null,
    set: refuse,
    remove: refuse,
    isDeleted: refuse,
    recover: refuse,
    purge: refuse,
  };
}

/** As the write that the records tell of left it. */
function ownItem(name: string, fingerprint: string, syncId: string): VaultItem {
  const plain = item(name);
  const tags = {
    ...plain.tags,
    "enkryptify-sync": syncId,
    "enkryptify-write": `1.${fingerprint.slice(0, 16)}`,
  };
  return { ...plain, tags };
}

function meet(own: VaultItem, fate: Fate): VaultItem | undefined {
  switch (fate) {
    case "as recorded":
      return own;
    case "gone":
    case "deleted":
      return undefined;
    case "changed":
      return { ...own, updated: 2_000, tags: {} };
    case "disabled":
      return { ...own, updated: 2_000, enabled: false };
    case "moved on":
      return { ...own, updated: 2_000, tags: { ...own.tags, "enkryptify-write": "2.abcdefabcdefabcd" } };
    case "theirs":
      return { ...own, tags: { ...own.tags, "enkryptify-sync": "22222222-2222-4222-8222-222222222222" } };
    case "tagged":
      return { ...own, updated: 2_000, tags: { ...own.tags, team: "platform" } };
  }
}
