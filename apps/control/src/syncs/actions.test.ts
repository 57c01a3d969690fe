import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type TestControl } from "../testing/control.ts";
import {
  connection,
  givenActiveSync,
  givenProject,
  givenSync,
  ok,
  type GivenProject,
} from "../testing/given.ts";

type Shown = Readonly<Record<string, unknown>>;

let control: TestControl;
let project: GivenProject;
beforeAll(async () => {
  control = await startControl();
  project = await givenProject(control);
});
afterAll(() => control.stop());

const act = (syncId: string, action: string, body?: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `/v1/sync/${syncId}/${action}`, { body });
const show = (syncId: string): Promise<Shown> => ok<Shown>(control, "GET", `/v1/sync/${syncId}`);
const patch = (syncId: string, body: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("PATCH", `/v1/sync/${syncId}`, { body });

describe("actions", () => {
  test("run asks for a look at the vault, with an empty body, an empty object, or none", async () => {
    const syncId = await givenActiveSync(control, project);
    for (const [index, body] of [undefined, {}, ""].entries()) {
      expect((await act(syncId, "run", body)).status).toBe(202);
      const { wantedCheck } = await control.database.sync.findUniqueOrThrow({ where: { id: syncId } });
      expect(wantedCheck).toBe(index + 1);
    }
    expect((await act(syncId, "run", { force: true })).status).toBe(400);
    expect(await show(syncId)).toMatchObject({ upToDate: false });
  });

  test("pause holds runs back until resume, which looks at the vault", async () => {
    const syncId = await givenActiveSync(control, project);
    expect((await act(syncId, "pause")).body).toMatchObject({ state: "paused" });
    const refused = await act(syncId, "run");
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: "SYNC_STATE", message: expect.stringContaining("paused") });
    expect((await act(syncId, "resume")).body).toMatchObject({ state: "active", upToDate: false });
    expect((await act(syncId, "resume")).status).toBe(409);
  });

  test("disconnect is final: the sync can be looked at, and nothing else", async () => {
    const syncId = await givenActiveSync(control, project);
    await ok(control, "PATCH", `/v1/sync/${syncId}`, { schedule: { cron: "0 3 * * *" } });
    expect((await act(syncId, "disconnect")).body).toMatchObject({
      state: "disconnected",
      nextScheduledAt: null,
    });
    for (const [action, body] of [
      ["connect", connection],
      ["link", { environmentId: project.environments[0] }],
      ["validate"],
      ["run"],
      ["pause"],
      ["resume"],
      ["disconnect"],
    ] as const)
      expect([action, (await act(syncId, action, body)).status]).toEqual([action, 409]);
    expect((await patch(syncId, { name: "x" })).status).toBe(409);
    expect(await show(syncId)).toMatchObject({ state: "disconnected" });
    const listed = await ok<Array<{ id: string }>>(control, "GET", "/v1/sync");
    expect(listed.map(({ id }) => id)).not.toContain(syncId);
  });

  test("of many who act at once each finds the sync as the one before left it", async () => {
    const syncId = await givenActiveSync(control, project);
    const answers = await Promise.all(Array.from({ length: 6 }, () => act(syncId, "disconnect")));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 409, 409, 409, 409, 409,
    ]);
  });
});

describe("settings", () => {
  test("a schedule is kept with its time zone, tells when it is due, and can be switched off", async () => {
    const syncId = await givenActiveSync(control, project);
    const { body } = await patch(syncId, { schedule: { cron: "30 3 * * *", timeZone: "Europe/Berlin" } });
    expect(body).toMatchObject({ schedule: { cron: "30 3 * * *", timeZone: "Europe/Berlin" } });
    const { nextScheduledAt } = body as { nextScheduledAt: string };
    const due = Date.parse(nextScheduledAt) - Date.now();
    expect(due).toBeGreaterThan(0);
    expect(due).toBeLessThanOrEqual(25 * 3_600_000 + 60_000);
    const berlin = new Intl.DateTimeFormat("en", {
      timeZone: "Europe/Berlin",
      hour: "numeric",
      hour12: false,
    });
    expect(berlin.format(new Date(nextScheduledAt))).toBe("03");
    const off = await patch(syncId, { schedule: null });
    expect(off.body).toMatchObject({ schedule: null, nextScheduledAt: null });
  });

  test("UTC is the time zone where none is given", async () => {
    const syncId = await givenActiveSync(control, project);
    const { body } = await patch(syncId, { schedule: { cron: "0 0 29 2 *" } });
    expect(body).toMatchObject({
      schedule: { timeZone: "UTC" },
      nextScheduledAt: expect.stringMatching(/-02-29T/),
    });
  });

  test("a changed policy is acted on by a run; the same policy, or a name, is not", async () => {
    const syncId = await givenActiveSync(control, project);
    expect((await patch(syncId, { name: " Shop ", removalPolicy: "delete" })).body).toMatchObject({
      name: "Shop",
      upToDate: true,
    });
    expect((await patch(syncId, { removalPolicy: "keep" })).body).toMatchObject({
      removalPolicy: "keep",
      upToDate: false,
    });
  });

  test("the brake, asking first and the vault's limits are shown as they are set", async () => {
    const syncId = await givenActiveSync(control, project);
    expect(await show(syncId)).toMatchObject({
      removalBrakePercent: 30,
      firstPlan: "apply",
      vaultWritesPer10s: null,
      vaultReadsPer10s: null,
    });
    for (const settings of [
      { removalBrakePercent: 1, firstPlan: "ask", vaultWritesPer10s: 300, vaultReadsPer10s: 1 },
      { removalBrakePercent: 100, firstPlan: "apply", vaultWritesPer10s: 1, vaultReadsPer10s: 4_000 },
      { vaultWritesPer10s: null },
      { vaultReadsPer10s: null },
    ])
      expect((await patch(syncId, settings)).body).toMatchObject(settings);
  });

  test("asking first comes too late once a plan was applied", async () => {
    const syncId = await givenActiveSync(control, project);
    await control.database.sync.update({ where: { id: syncId }, data: { firstPlanAt: new Date() } });
    expect(await patch(syncId, { firstPlan: "ask" })).toMatchObject({
      status: 409,
      body: { code: "SYNC_STATE" },
    });
  });

  test("a sync that isn't set up yet takes settings, and wants nothing for them", async () => {
    const syncId = await givenSync(control, project);
    expect((await patch(syncId, { removalPolicy: "keep", firstPlan: "ask" })).body).toMatchObject({
      removalPolicy: "keep",
      firstPlan: "ask",
      upToDate: true,
    });
  });

  test.each([
    [{ removalBrakePercent: 0 }, "removalBrakePercent"],
    [{ removalBrakePercent: 101 }, "removalBrakePercent"],
    [{ removalBrakePercent: 1.5 }, "removalBrakePercent"],
    [{ removalBrakePercent: null }, "removalBrakePercent"],
    [{ vaultWritesPer10s: 0 }, "vaultWritesPer10s"],
    [{ vaultWritesPer10s: 301 }, "vaultWritesPer10s"],
    [{ vaultReadsPer10s: 0 }, "vaultReadsPer10s"],
    [{ vaultReadsPer10s: 4_001 }, "vaultReadsPer10s"],
    [{ firstPlan: "maybe" }, "firstPlan"],
    [{ schedule: { cron: "* * * *" } }, "schedule.cron"],
    [{ schedule: { cron: "* * * * * *" } }, "schedule.cron"],
    [{ schedule: { cron: "61 * * * *" } }, "schedule.cron"],
    [{ schedule: { cron: "0 0 31 2 *" } }, "schedule.cron"],
    [{ schedule: { cron: "@hourly" } }, "schedule.cron"],
    [{ schedule: { cron: "a b c d e" } }, "schedule.cron"],
    [{ schedule: { cron: "0 3 * * *", timeZone: "Mars/Olympus" } }, "schedule.timeZone"],
    [{ schedule: { cron: "0 3 * * *", timeZone: "" } }, "schedule.timeZone"],
    [{ schedule: "0 3 * * *" }, "schedule"],
    [{ schedule: {} }, "schedule.cron"],
    [{ name: "" }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: null }, "name"],
    [{ removalPolicy: "purge" }, "removalPolicy"],
    [{ driftPolicy: true }, "driftPolicy"],
    [{ existingPolicy: "overwrite" }, "existingPolicy"],
    [{ state: "active" }, "state"],
    [{ wantedGeneration: 9 }, "wantedGeneration"],
    [[], "object"],
  ])("%j is refused, naming “%s”, and nothing changes", async (body, named) => {
    const syncId = await givenActiveSync(control, project);
    const before = await show(syncId);
    const answer = await patch(syncId, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "VALIDATION", message: expect.stringContaining(named) });
    expect(await show(syncId)).toEqual(before);
  });

  test.each(["+01:00", "europe/berlin", "GMT", "America/Argentina/Buenos_Aires"])(
    "the time zone %s is either refused or reckoned with, never a failure of ours",
    async (timeZone) => {
      const syncId = await givenActiveSync(control, project);
      const { status } = await patch(syncId, { schedule: { cron: "0 3 * * *", timeZone } });
      expect([200, 400]).toContain(status);
    },
  );
});
