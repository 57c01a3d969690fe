import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { HistoryBody } from "@kvsync/contracts/api";
import { startControl, type TestControl } from "../../testing/control.ts";
import { givenActiveSync, givenProject, ok } from "../../testing/given.ts";

let control: TestControl;
let syncId: string;
beforeAll(async () => {
  control = await startControl();
  syncId = await givenActiveSync(control, await givenProject(control));
  const run = (startedAt: string, seconds: number | null, rest: object): object => ({
    syncId,
    trigger: "change",
    epoch: 1,
    generation: 1,
    startedAt: new Date(startedAt),
    endedAt: seconds === null ? null : new Date(Date.parse(startedAt) + seconds * 1_000),
    ...rest,
  });
  await control.database.run.createMany({
    data: [
      // Half past eleven at night in UTC is the next day in Berlin.
      run("2026-10-23T23:30:00Z", 2, { state: "succeeded", created: 3 }),
      run("2026-10-24T10:00:00Z", 4, { state: "completed_with_failures", updated: 1, failed: 2, blocked: 1 }),
      run("2026-10-26T10:00:00Z", 10, { state: "failed" }),
      run("2026-10-26T11:00:00Z", null, { state: "running", deleted: 5 }),
    ] as never,
  });
});
afterAll(() => control.stop());

const history = (query: string): Promise<HistoryBody> =>
  ok(control, "GET", `/v1/sync/${syncId}/history?${query}`);
const DAYS = "from=2026-10-23T12:00:00Z&to=2026-10-26T12:00:00Z";

describe("a sync's history", () => {
  test("adds up what runs did by the day of the zone, with days of 25 hours and days without a run", async () => {
    const { points } = await history(`${DAYS}&timeZone=Europe/Berlin`);
    expect(points.map(({ at }) => at)).toEqual([
      "2026-10-22T22:00:00.000Z",
      "2026-10-23T22:00:00.000Z",
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
    expect(
      points.map(({ counts }) => [counts.created, counts.updated, counts.failed, counts.deleted]),
    ).toEqual([
      [0, 0, 0, 0],
      [3, 1, 2, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 5],
    ]);
    expect(points[1]).toMatchObject({
      runs: { succeeded: 1, completed_with_failures: 1 },
      durations: { p50Ms: 3_000, p95Ms: 3_900 },
    });
    expect(points[2]?.durations).toBeNull();
    expect(points[3]).toMatchObject({
      runs: { failed: 1, running: 1 },
      durations: { p50Ms: 10_000, p95Ms: 10_000 },
    });
  });

  test("has another day for the same run in another zone", async () => {
    const { points } = await history(DAYS);
    expect(points.map(({ counts }) => counts.created)).toEqual([3, 0, 0, 0]);
  });

  test.each([
    ["hour", "from=2026-10-24T09:30:00Z&to=2026-10-24T11:30:00Z", 3, 1],
    ["week", DAYS, 2, 0],
  ])("can be had by the %s", async (bucket, range, length, place) => {
    const { points } = await history(`${range}&bucket=${bucket}`);
    expect(points).toHaveLength(length);
    expect(points[place]?.counts.updated).toBe(1);
  });

  test("is that of the last seven days unless a range is given", async () => {
    const { points, from, to, timeZone } = await history("");
    expect(points.length).toBe(8);
    expect(Date.parse(to) - Date.parse(from)).toBe(7 * 86_400_000);
    expect(timeZone).toBe("UTC");
  });

  test.each([
    ["from=2026-10-24T00:00:00Z&to=2026-10-23T00:00:00Z", "from"],
    ["from=2026-01-01T00:00:00Z&to=2026-10-23T00:00:00Z&bucket=hour", "bucket"],
    ["from=yesterday", "from"],
    ["from=-200000-01-01T00:00:00Z", "from"],
    ["to=1969-01-01T00:00:00Z", "to"],
    ["bucket=minute", "bucket"],
    ["timeZone=Nowhere/City", "timeZone"],
    ["timeZone=%2B01:00", "timeZone"],
    ["unknown=1", "unknown"],
  ])("refuses %s, naming the field", async (query, field) => {
    const answer = await control.ask<{ message: string }>("GET", `/v1/sync/${syncId}/history?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(field);
  });
});
