import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SyncRow } from "@kvsync/store";
import type { DeletedItem } from "../vault/port.ts";
import { isEffect, type Plan } from "./actions.ts";
import { changes, clock, compare, createPlace, fill, NOW, secrets, type Place } from "./input.fixture.ts";
import { readDifferingInput, readInput } from "./input.ts";
import { item } from "./testing.ts";
import type { Seen, VaultView } from "./view.ts";

let place: Place;
beforeAll(async () => {
  place = await createPlace();
});
afterAll(() => place.drop());

/** What a look at some of the names shows. */
type Look = "nothing" | "as recorded" | "theirs" | "ours" | "deleted" | "not looked";
const looks = fc.array(
  fc.constantFrom<Look>("nothing", "as recorded", "theirs", "ours", "deleted", "not looked"),
  { minLength: 12, maxLength: 12 },
);

test("a plan of what differs is the plan of everything, without secrets that it keeps", async () => {
  let leftOut = 0;
  let returned = 0;
  await fc.assert(
    fc.asyncProperty(secrets, changes, looks, async (all, settings, seen) => {
      const changed: SyncRow = { ...place.sync, ...settings };
      await fill(place, all, changed);
      const reading = { database: place.database, clock };
      const everything = await readInput(reading, changed);
      const differing = await readDifferingInput(reading, changed);
      if (differing === null) throw new Error("so few are never too many");

      expect(differing.source.length + differing.leftOut).toBe(everything.source.length);
      const byRecords = compare({ ...everything, view: null }, { ...differing, view: null });
      const view = look(byRecords, seen);
      compare({ ...everything, view }, { ...differing, view });
      leftOut += differing.leftOut;
      returned += differing.source.length;
    }),
    { numRuns: 250 },
  );
  // Both happen, and often.
  expect(Math.min(leftOut, returned)).toBeGreaterThan(100);
}, 120_000);

/** A look at the names that a run looks at: those of the plan's effects. */
function look(actions: Plan, seen: readonly Look[]): VaultView {
  const items = new Map<string, Seen>();
  const looked = new Set<string>();
  const deleted = new Map<string, DeletedItem>();
  for (const [index, action] of actions.filter(isEffect).entries()) {
    const what = seen[index % seen.length];
    if (what === "not looked") continue;
    looked.add(action.key);
    if (what === "deleted") {
      const tags: Record<string, string> = index % 2 === 0 ? {} : { "managed-by": "enkryptify" };
      deleted.set(action.key, { name: action.vaultName, enabled: index % 3 > 0, tags });
    }
    if (what === "as recorded" && action.record !== undefined) items.set(action.key, "as-recorded");
    if (what === "theirs")
      items.set(action.key, { item: item(action.vaultName, "x", { tags: {} }), versions: "theirs" });
    if (what === "ours") {
      const tags = { ...item(action.vaultName).tags, "enkryptify-sync": place.sync.id };
      items.set(action.key, { item: item(action.vaultName, "x", { tags }), versions: "over-ours" });
    }
  }
  return { seenAt: NOW, looked, items, deleted, owners: new Map(), unrecorded: [], count: null };
}
