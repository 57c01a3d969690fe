import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { versionsOf } from "./disturbances.ts";
import {
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  ok,
  runsOf,
  settled,
  type ShownRun,
  type TestProject,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

const schedule = { cron: "0 3 * * *", timeZone: "Europe/Berlin" };

describe("a sync with a schedule", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker();
  });
  afterAll(() => system.stop());

  async function givenScheduledSync(): Promise<{ project: TestProject; vault: TestVault; syncId: string }> {
    const project = await givenProject(system, { one: "1", two: "2" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    await ok(system, "PATCH", `/v1/sync/${syncId}`, { schedule });
    return { project, vault, syncId };
  }

  const nextTime = async (syncId: string): Promise<Date | null> =>
    (await system.database.sync.findUniqueOrThrow({ where: { id: syncId } })).nextScheduledAt;

  async function makeDue(syncId: string): Promise<ShownRun> {
    const nextScheduledAt = new Date(Date.now() - 1_000);
    const runs = (await runsOf(system, syncId)).length;
    await system.database.sync.update({ where: { id: syncId }, data: { nextScheduledAt } });
    await until("another run has ended", async () => {
      const [latest, ...earlier] = await runsOf(system, syncId);
      return earlier.length >= runs && latest?.state !== "running";
    });
    const [latest] = await runsOf(system, syncId);
    if (latest === undefined) throw new Error("there is no run");
    return latest;
  }

  const hourInBerlin = (time: Date | null): string =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", timeStyle: "short" }).format(time ?? 0);

  test("is due next at its time in its time zone", async () => {
    const { syncId } = await givenScheduledSync();
    const next = await nextTime(syncId);
    expect(hourInBerlin(next)).toMatch(/^03:0[01]$/);
    expect(next?.getTime()).toBeGreaterThan(Date.now());
    expect(next?.getTime()).toBeLessThan(Date.now() + 26 * 3_600_000);
    const shown = await ok<{ nextScheduledAt: string; schedule: object }>(
      system,
      "GET",
      `/v1/sync/${syncId}`,
    );
    expect(shown).toMatchObject({ schedule, nextScheduledAt: next?.toISOString() });
  });

  test("runs when it is due, looks at the vault, writes nothing that is as it should be, and is due again", async () => {
    const { vault, syncId } = await givenScheduledSync();
    const run = await makeDue(syncId);

    expect(run).toMatchObject({
      trigger: "schedule",
      state: "succeeded",
      checkedVault: true,
      counts: { unchanged: 2, updated: 0, repaired: 0 },
    });
    expect([versionsOf(system, vault, "one"), versionsOf(system, vault, "two")]).toEqual([1, 1]);
    const next = await nextTime(syncId);
    expect(next?.getTime()).toBeGreaterThan(Date.now());
    expect(hourInBerlin(next)).toMatch(/^03:0[01]$/);
  });

  test("repairs what somebody changed in the vault without leaving our tags", async () => {
    const { vault, syncId } = await givenScheduledSync();
    // Key Vault tells times in seconds, and a change within the second of our write can't be told from it by them.
    system.azure.knobs.advance(2_000);
    system.azure.seedSecret(vault.name, "one", { value: "somebody's" });
    const run = await makeDue(syncId);

    expect(run).toMatchObject({ trigger: "schedule", counts: { repaired: 1, unchanged: 1 } });
    expect(system.azure.peek(vault.name, "one")).toBe("1");
    expect(versionsOf(system, vault, "two")).toBe(1);
    expect((await makeDue(syncId)).counts).toMatchObject({ repaired: 0, unchanged: 2 });
  });

  test("repairs what somebody changed with our tags kept, after the value was changed here, too", async () => {
    const { project, vault, syncId } = await givenScheduledSync();
    await changeSecret(system, project, "one", "1 again");
    await until("it arrives", () => system.azure.peek(vault.name, "one") === "1 again");
    await settled(system, syncId);
    system.azure.knobs.advance(2_000);
    const { store } = system.azure.resources.vault(vault.name);
    const tags = store.get("one", system.azure.clock.now())?.current.tags ?? {};
    system.azure.seedSecret(vault.name, "one", { value: "somebody's", tags });

    expect((await makeDue(syncId)).counts).toMatchObject({ repaired: 1, unchanged: 1 });
    expect(system.azure.peek(vault.name, "one")).toBe("1 again");
  });

  test("is due no more once its schedule is taken away", async () => {
    const { syncId } = await givenScheduledSync();
    await ok(system, "PATCH", `/v1/sync/${syncId}`, { schedule: null });
    expect(await nextTime(syncId)).toBeNull();
    expect(await ok(system, "GET", `/v1/sync/${syncId}`)).toMatchObject({ schedule: null });
  });

  test.each([
    ["a cron expression with a field out of range", { cron: "61 3 * * *" }, "cron expression"],
    ["a cron expression with seconds", { cron: "0 0 3 * * *" }, "cron expression"],
    ["words", { cron: "every day at noon" }, "cron expression"],
    ["a day that never comes", { cron: "0 0 31 2 *" }, "cron expression"],
    ["an unknown time zone", { cron: "0 3 * * *", timeZone: "Europe/Atlantis" }, "time zone"],
    ["an empty time zone", { cron: "0 3 * * *", timeZone: "" }, "time zone"],
    ["an unknown field", { cron: "0 3 * * *", every: "day" }, "every"],
    ["another type", "0 3 * * *", "schedule"],
  ])("is refused with %s, and stays as it was", async (_, refused, named) => {
    const { syncId } = await givenScheduledSync();
    const before = await nextTime(syncId);
    const answer = await system.call("PATCH", `/v1/sync/${syncId}`, { schedule: refused });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: expect.stringContaining(named) });
    expect(await nextTime(syncId)).toEqual(before);
  });
});
