import { expect, test } from "@jest/globals";
import type { Snapshot } from "./snapshot.ts";
import { Teller } from "./teller.ts";

type Run = Snapshot["runs"][number];
const run = (id: string, endedAt: string | null, created = 0): Run =>
  ({ id, endedAt, counts: { created } }) as Run;
const snapshot = (runs: readonly Run[], state = "active"): Snapshot =>
  ({ sync: { state }, runs, records: { synced: 1 }, validation: null }) as unknown as Snapshot;
const told = (teller: Teller, given: Snapshot): string[] =>
  teller.tell(given).map((event) => (event.name === "run" ? `run ${event.data.id}` : event.name));

const FIRST = run("1", "2026-11-25T10:00:00.000Z");
const SECOND = run("2", "2026-11-25T11:00:00.000Z");
const THIRD = run("3", "2026-11-25T12:00:00.000Z");

test("everything comes at first: of the runs the one under way and the one that ended last", () => {
  expect(told(new Teller(), snapshot([run("3", null), SECOND, FIRST]))).toEqual([
    "sync",
    "run 2",
    "run 3",
    "records",
  ]);
});

test("afterwards what changed comes, and a run that ends comes once more", () => {
  const teller = new Teller();
  told(teller, snapshot([run("3", null), SECOND]));
  expect(told(teller, snapshot([run("3", null), SECOND]))).toEqual([]);
  expect(told(teller, snapshot([run("3", null, 7), SECOND]))).toEqual(["run 3"]);
  expect(told(teller, snapshot([THIRD, SECOND], "paused"))).toEqual(["sync", "run 3"]);
});

test("who comes back hears of every run that ended since", () => {
  const teller = new Teller();
  const last = teller.tell(snapshot([FIRST])).at(-1)?.id;
  expect(told(new Teller(last), snapshot([THIRD, SECOND, FIRST]))).toEqual([
    "sync",
    "run 1",
    "run 2",
    "run 3",
    "records",
  ]);
});

test.each(["", "x", "e", "e-1", "e99999999999999999999"])("“%s” is no id, and counts as none", (id) => {
  expect(told(new Teller(id), snapshot([THIRD, SECOND]))).toEqual(["sync", "run 3", "records"]);
});
