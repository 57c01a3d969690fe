import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { nextScheduledTime } from "@kvsync/contracts";
import type { SchedulePreviewBody } from "@kvsync/contracts/api";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenForeignWorkspace, givenProject, givenSync, ok } from "../testing/given.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const address = (query: Readonly<Record<string, string>>): string =>
  `/v1/schedule-preview?${new URLSearchParams(query).toString()}`;
const preview = (query: Readonly<Record<string, string>>): Promise<SchedulePreviewBody> =>
  ok(control, "GET", address(query));

test("a schedule in words, with its next five times in its zone", async () => {
  const { words, times, offsetMs } = await preview({ cron: "30 3 * * *", timeZone: "Asia/Kolkata" });
  expect(words).toMatch(/03:30/);
  expect(times).toHaveLength(5);
  expect(times.map((time) => time.slice(11))).toEqual(Array.from({ length: 5 }, () => "22:00:00.000Z"));
  expect(Date.parse(times[0] ?? "")).toBeGreaterThan(Date.now());
  expect(offsetMs).toBeNull();
});

test("a sync's own times are those at which it will run", async () => {
  const syncId = await givenSync(control, await givenProject(control));
  const schedule = { cron: "0 * * * *", timeZone: "UTC" };
  const { times, offsetMs, spreadMs } = await preview({ ...schedule, syncId });
  const { nextScheduledAt } = await ok<{ nextScheduledAt: string }>(control, "PATCH", `/v1/sync/${syncId}`, {
    schedule,
  });
  expect(times).toContain(nextScheduledAt);
  const first = Date.parse(times[0] ?? "");
  const next = nextScheduledTime({ id: syncId, schedule: "0 * * * *", timeZone: "UTC" }, new Date(first));
  expect(times[1]).toBe(next.toISOString());
  expect(first % 3_600_000).toBe(offsetMs);
  expect(offsetMs).toBeLessThan(spreadMs);
});

test("of another workspace's sync isn't told, and only admins are", async () => {
  const { syncId } = await givenForeignWorkspace(control);
  expect((await control.ask("GET", address({ cron: "0 3 * * *", syncId }))).status).toBe(404);
  const { token } = await control.token({ role: "developer" });
  expect((await control.ask("GET", address({ cron: "0 3 * * *" }), { token })).status).toBe(403);
});

test.each([
  [{ cron: "every day" }, "cron"],
  [{ cron: "0 0 30 2 *" }, "cron"],
  [{ cron: "0 0 0 3 * * *" }, "cron"],
  [{}, "cron"],
  [{ cron: "0 3 * * *", timeZone: "Mars/Base" }, "timeZone"],
  [{ cron: "0 3 * * *", syncId: "x" }, "syncId"],
])("refuses %j, naming the field", async (query, field) => {
  const answer = await control.ask<{ message: string }>("GET", address(query));
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain(field);
});
