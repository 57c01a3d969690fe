import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { manySecrets, valuesIn, versionsOf, writesTo } from "./disturbances.ts";
import {
  addSecrets,
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  grantRole,
  ok,
  recordsOf,
  removeSecret,
  runsOf,
  settled,
  showSync,
  type ShownRun,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

const secrets = manySecrets(6);
const names = Object.keys(secrets);
const refusal = (status: number, code: string) => ({ kind: "answer", status, code }) as const;

describe("a failure in a run", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker({ retry: { graceMs: 0 } });
  });
  afterEach(() => void system.azure.knobs.patch({ faults: [] }));
  afterAll(async () => { await system.stop(); const { writeFileSync, appendFileSync } = await import("node:fs"); const info = (t: string) => appendFileSync("/tmp/handles-run-failures.txt", t + JSON.stringify(process.getActiveResourcesInfo()) + "\n" + (process as never as { _getActiveHandles: () => object[] })._getActiveHandles().map((h) => h.constructor.name + " " + ((h as { remotePort?: number }).remotePort ?? "") + " " + ((h as { localPort?: number }).localPort ?? "") + " " + ((h as { fd?: number }).fd ?? "") + " " + ((h as { pid?: number }).pid ?? "") + " " + ((h as { listening?: boolean }).listening ?? "")).join("; ") + "\n"); info("now "); setTimeout(() => info("later "), 3000); });

  const latestRun = async (syncId: string): Promise<ShownRun | undefined> =>
    (await runsOf(system, syncId))[0];

  test("makes no second version where only the answer of a write was lost", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const lost = { operation: "setSecret", vault: vault.name, when: "after" } as const;
    system.azure.knobs.patch({
      faults: [
        { ...lost, secret: "name-001", remaining: 1, effect: { kind: "drop" } },
        { ...lost, secret: "name-002", remaining: 1, effect: refusal(503, "ServiceUnavailable") },
      ],
    });
    const syncId = await givenSync(system, project, vault);
    const { lastRun } = await settled(system, syncId);

    expect(system.azure.knobs.values.faults.map(({ remaining }) => remaining)).toEqual([0, 0]);
    expect(lastRun).toMatchObject({ trigger: "initial", state: "succeeded", counts: { created: 6 } });
    expect(names.filter((name) => versionsOf(system, vault, name) !== 1)).toEqual([]);
    const record = (await recordsOf(system, syncId)).get("name-001");
    expect(record).toMatchObject({ state: "synced", failure: null });
    expect(record?.vaultVersion).toMatch(/^[0-9a-f]{32}$/);
  });

  test("of some secrets that passes by itself is tried again within the run", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const rule = { operation: "setSecret", vault: vault.name, remaining: 3 } as const;
    system.azure.knobs.patch({
      faults: [
        { ...rule, secret: "name-000", effect: refusal(503, "ServiceUnavailable") },
        { ...rule, secret: "name-001", effect: refusal(429, "Throttled") },
        { ...rule, secret: "name-002", effect: { kind: "drop" } },
      ],
    });
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);

    expect(system.azure.knobs.values.faults.map(({ remaining }) => remaining)).toEqual([0, 0, 0]);
    const runs = await runsOf(system, syncId);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ state: "succeeded", counts: { created: 6, failed: 0 } });
    expect(valuesIn(system, vault, names)).toEqual(secrets);
  });

  test("of one secret that lasts is recorded, retried alone later, and heals", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const effect = refusal(503, "ServiceUnavailable");
    const fault = { operation: "setSecret", vault: vault.name, secret: "name-003", effect } as const;
    system.azure.knobs.patch({ faults: [fault] });
    const syncId = await givenSync(system, project, vault);
    const { lastRun, state } = await settled(system, syncId);

    expect(state).toBe("active");
    expect(lastRun).toMatchObject({ state: "completed_with_failures", counts: { created: 5, failed: 1 } });
    const record = (await recordsOf(system, syncId, "&state=failed")).get("name-003");
    expect(record?.failure).toEqual({
      code: "VAULT_UNAVAILABLE",
      message: "Key Vault answered with an error of its own (503).",
      hint: expect.stringContaining("it is tried again by itself"),
    });
    expect(Date.parse(record?.nextAttemptAt ?? "")).toBeGreaterThan(Date.now() - 60_000);

    system.azure.knobs.patch({ faults: [] });
    await until("it arrives", () => system.azure.peek(vault.name, "name-003") === secrets["name-003"]);
    await until("the retry has ended", async () => (await latestRun(syncId))?.state === "succeeded");
    expect(await latestRun(syncId)).toMatchObject({
      trigger: "retry",
      counts: { created: 1, unchanged: 5, failed: 0 },
    });
    expect((await recordsOf(system, syncId)).get("name-003")).toMatchObject({
      state: "synced",
      failure: null,
      attempts: 0,
      nextAttemptAt: null,
    });
    expect(names.filter((name) => versionsOf(system, vault, name) !== 1)).toEqual([]);
  });

  test("that the vault will always answer to one secret isn't tried again before the secret changes", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    const fault = { operation: "setSecret", vault: vault.name, secret: "name-004" } as const;
    system.azure.knobs.patch({ faults: [{ ...fault, effect: refusal(400, "BadParameter") }] });
    await changeSecret(system, project, "name-004", "refused");
    await until("the refusal is recorded", async () => {
      const record = (await recordsOf(system, syncId)).get("name-004");
      return record?.failure?.code === "VAULT_REQUEST_REFUSED" && record.nextAttemptAt === null;
    });
    await settled(system, syncId);
    const asked = { vault: vault.name, operation: "setSecret", outcome: 400 } as const;
    expect(system.azure.requests(asked)).toHaveLength(1);

    await changeSecret(system, project, "name-005", "another secret's change");
    await until("that arrives", () => system.azure.peek(vault.name, "name-005")?.startsWith("another"));
    await settled(system, syncId);
    expect(system.azure.requests(asked)).toHaveLength(1);

    system.azure.knobs.patch({ faults: [] });
    await changeSecret(system, project, "name-004", "accepted");
    await until("it arrives", () => system.azure.peek(vault.name, "name-004") === "accepted");
  });

  test("that lasts makes the sync failing, until somebody mends it and runs the sync", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    const [assignment] = system.azure.resources.roleAssignments(vault.id);
    system.azure.resources.deleteRoleAssignment(assignment?.id ?? "");
    await changeSecret(system, project, "name-000", "changed");
    const failing = await until("the sync is failing", async () => {
      const sync = await showSync(system, syncId);
      return sync.state === "failing" && sync;
    });
    expect(failing.failure).toMatchObject({
      code: "VAULT_ROLE_MISSING",
      hint: expect.stringContaining("assign “Key Vault Secrets Officer”"),
    });

    const runs = await runsOf(system, syncId);
    grantRole(system, vault);
    await twoSweeps();
    expect(await runsOf(system, syncId)).toEqual(runs);

    await ok(system, "POST", `/v1/sync/${syncId}/run`);
    await until("it arrives", () => system.azure.peek(vault.name, "name-000") === "changed");
    expect(await settled(system, syncId)).toMatchObject({ state: "active", failure: null });
  });

  /** Waits until the sweeper has looked for what is due, twice: each time it finds another sync's schedule. */
  async function twoSweeps(): Promise<void> {
    const syncId = await givenSync(system, await givenProject(system), await givenVault(system));
    await settled(system, syncId);
    await ok(system, "PATCH", `/v1/sync/${syncId}`, { schedule: { cron: "0 3 * * *" } });
    for (const _ of [1, 2]) {
      const due = new Date(Date.now() - 1_000);
      await system.database.sync.update({ where: { id: syncId }, data: { nextScheduledAt: due } });
      await until("the sweeper has looked", async () => {
        const sync = await system.database.sync.findUniqueOrThrow({ where: { id: syncId } });
        return sync.nextScheduledAt !== null && sync.nextScheduledAt > new Date();
      });
    }
  }

  test("doesn't come from a name that a deleted secret of ours holds: it is recovered and written", async () => {
    const project = await givenProject(system, secrets);
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    await removeSecret(system, project, "name-000");
    await until("it is deleted", () => system.azure.peek(vault.name, "name-000") === undefined);
    await settled(system, syncId);
    expect(system.azure.resources.vault(vault.name).store.counts()).toEqual({ active: 5, deleted: 1 });

    await addSecrets(system, project, { "name-000": "back again" });
    await until("it arrives", () => system.azure.peek(vault.name, "name-000") === "back again");
    expect((await settled(system, syncId)).lastRun?.counts).toMatchObject({ recovered: 1, failed: 0 });
    expect(system.azure.resources.vault(vault.name).store.counts()).toEqual({ active: 6, deleted: 0 });
    expect(writesTo(system, vault)).toBe(7);
  });
});
