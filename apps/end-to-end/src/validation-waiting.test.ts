import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import {
  endedValidation,
  grantRole,
  settled,
  showSync,
  trustSync,
  type ShownValidation,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";
import {
  beginValidation,
  notedOf,
  probesOf,
  secretsIn,
  showValidation,
  states,
  steps,
  upTo,
  validateAgain,
  type Begun,
} from "./validations.ts";

describe("a validation that doesn't succeed at once", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker({ retry: { graceMs: 0 } });
  });
  afterEach(() => void system.azure.knobs.patch({ faults: [] }));
  afterAll(() => system.stop());

  test("succeeds at the next try once the missing role is granted, and the sync becomes active", async () => {
    const begun = await beginValidation(system, { role: false });
    await endedValidation(system, begun.syncId, begun.validationId);
    grantRole(system, begun.vault);
    const validation = await endedValidation(system, begun.syncId, await validateAgain(system, begun.syncId));

    expect(validation).toMatchObject({ state: "succeeded", failure: null });
    expect(await settled(system, begun.syncId)).toMatchObject({ state: "active", failure: null });
  });

  test.each<[string, string, string, Parameters<TestSystem["azure"]["knobs"]["patch"]>[0]["faults"]]>([
    [
      "Entra is out of order",
      "ENTRA_UNAVAILABLE",
      "token_exchanged",
      [{ operation: "token", effect: { kind: "answer", status: 503, retryAfterSeconds: 0 } }],
    ],
    [
      "the vault is throttled",
      "VAULT_THROTTLED",
      "secret_created",
      [{ operation: "setSecret", effect: { kind: "answer", status: 429, code: "Throttled" } }],
    ],
  ])("waits while %s, and succeeds by itself afterwards", async (_, code, step, faults) => {
    system.azure.knobs.patch({ faults });
    const begun = await beginValidation(system);
    const waiting = await until("it waits", async () => {
      const validation = await showValidation(system, begun);
      return validation.state === "waiting" && validation;
    });
    expect(waiting.failure).toMatchObject({
      code,
      hint: expect.stringContaining("tried again by itself"),
    });
    expect(states(waiting)).toEqual(upTo(step));

    system.azure.knobs.patch({ faults: [] });
    const ended = await endedValidation(system, begun.syncId, begun.validationId);
    expect(ended).toMatchObject({ state: "succeeded", failure: null });
    expect(ended.attempts).toBeGreaterThan(1);
  });

  test("leaves no temporary secret in the vault and no trace of one in the database when it succeeds", async () => {
    const begun = await beginValidation(system);
    const validation = await endedValidation(system, begun.syncId, begun.validationId);

    expect(states(validation)).toEqual(Object.fromEntries(steps.map((step) => [step, "succeeded"])));
    const requests = system.azure.requests({ vault: begun.vault.name });
    for (const operation of ["setSecret", "deleteSecret", "purgeDeletedSecret"])
      expect(requests.filter((request) => request.operation === operation && request.hasToken)).toHaveLength(
        1,
      );
    expect(secretsIn(system, begun.vault)).toEqual({ active: 0, deleted: 0 });
    expect(await probesOf(system, begun.syncId)).toBe(0);
    const temporarySecret = "created, deleted and purged";
    expect(await notedOf(system, begun.syncId)).toMatchObject([
      {
        actor: { name: expect.stringMatching(/^worker ./) },
        fields: { state: "succeeded", temporarySecret },
      },
    ]);
  });
});

describe("a validation within the grace window after the set-up", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker();
  });
  afterAll(() => system.stop());

  test("waits for the federated credential, with the hint, and succeeds once it is there", async () => {
    const begun = await beginValidation(system, { trust: false });
    const waiting = await waits(begun, "ENTRA_NO_CREDENTIAL", "token_exchanged");
    expect(waiting.failure?.hint).toContain("A new one takes some minutes to act");
    expect(await showSync(system, begun.syncId)).toMatchObject({ state: "validating", failure: null });

    trustSync(system, begun.vault, begun.syncId);
    await succeeds(begun);
  });

  test("waits for the role, with the hint, and succeeds once it is granted", async () => {
    const begun = await beginValidation(system, { role: false });
    const waiting = await waits(begun, "VAULT_ROLE_MISSING", "secret_created");
    expect(waiting.failure?.hint).toContain("New assignments take some minutes to act");

    grantRole(system, begun.vault);
    await succeeds(begun);
    expect(secretsIn(system, begun.vault)).toEqual({ active: 0, deleted: 0 });
  });

  test("doesn't wait for what no propagation mends", async () => {
    const other = await beginValidation(system, {
      trust: (syncId) => ({ subject: `enkryptify:sync:Azure-Key-Vault:${syncId}` }),
    });
    const ended = await endedValidation(system, other.syncId, other.validationId);
    expect(ended).toMatchObject({ state: "failed", attempts: 1, failure: { code: "ENTRA_SUBJECT_CASE" } });
  });

  async function waits(begun: Begun, code: string, step: string): Promise<ShownValidation> {
    const waiting = await until("it waits", async () => {
      const shown = await showValidation(system, begun);
      return shown.state === "waiting" && shown;
    });
    expect(waiting.failure?.code).toBe(code);
    expect(states(waiting)).toEqual(upTo(step));
    return waiting;
  }

  async function succeeds({ syncId, validationId }: Begun): Promise<void> {
    const ended = await endedValidation(system, syncId, validationId);
    expect(ended).toMatchObject({ state: "succeeded", failure: null });
    expect(await settled(system, syncId)).toMatchObject({ state: "active", failure: null });
  }
});

describe("a worker that is killed in the middle of a validation", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(async () => {
    await killWorkerProcesses();
    await system.stop();
  });

  test("leaves a temporary secret that another worker cleans up, and a validation that it finishes", async () => {
    system.azure.knobs.patch({ faults: [{ operation: "deleteSecret", effect: { kind: "hang" } }] });
    const killed = await startWorkerProcess(system);
    const begun = await beginValidation(system);
    await until("the temporary secret is being deleted", async () => {
      const { steps } = await showValidation(system, begun);
      return steps.some(({ step, state }) => step === "secret_deleted" && state === "running");
    });
    await killed.kill();
    system.azure.knobs.patch({ faults: [], deletion: { deleteMs: 50, purgeMs: 10 } });
    expect(secretsIn(system, begun.vault)).toEqual({ active: 1, deleted: 0 });
    expect(await probesOf(system, begun.syncId)).toBe(1);

    const past = new Date(Date.now() - 1_000);
    await system.database.probe.updateMany({ data: { cleanupAt: past } });
    await system.database.validation.updateMany({ data: { claimedUntil: past } });
    await system.startWorker();
    const validation = await endedValidation(system, begun.syncId, begun.validationId);
    expect(validation).toMatchObject({ state: "succeeded", attempts: 2 });
    await until("the upkeep has cleaned up", async () => (await probesOf(system, begun.syncId)) === 0);
    expect(secretsIn(system, begun.vault)).toEqual({ active: 0, deleted: 0 });
  });
});
