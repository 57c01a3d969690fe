import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import {
  connectSync,
  createSync,
  endedValidation,
  givenProject,
  givenVault,
  grantRole,
  linkSync,
  ok,
  settled,
  showSync,
  trustSync,
  type ShownValidation,
  type TestVault,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

const steps = [
  "issuer_reachable",
  "assertion_minted",
  "token_exchanged",
  "secret_created",
  "secret_deleted",
  "secret_purged",
];

/** What is done otherwise than the instructions say. */
type Deviation = Readonly<{
  role?: boolean;
  /** False: no federated credential at all. */
  trust?: false | ((syncId: string, issuer: string) => Parameters<typeof trustSync>[3]);
  /** What is entered in kvsync. */
  entered?: (system: TestSystem, vault: TestVault) => Promise<Partial<TestVault>> | Partial<TestVault>;
  azure?: (system: TestSystem, vault: TestVault) => void;
}>;

type Begun = Readonly<{ syncId: string; validationId: string; vault: TestVault }>;

async function begin(system: TestSystem, deviation: Deviation = {}): Promise<Begun> {
  const project = await givenProject(system);
  const vault = await givenVault(system, { role: deviation.role ?? true });
  const syncId = await createSync(system, project);
  deviation.azure?.(system, vault);
  const trust = deviation.trust ?? (() => ({}));
  if (trust !== false) trustSync(system, vault, syncId, trust(syncId, system.issuer));
  await connectSync(system, syncId, { ...vault, ...(await deviation.entered?.(system, vault)) });
  return { syncId, vault, validationId: await linkSync(system, syncId, project) };
}

async function show(system: TestSystem, { syncId, validationId }: Begun): Promise<ShownValidation> {
  return ok(system, "GET", `/v1/sync/${syncId}/validations/${validationId}`);
}

const states = (validation: ShownValidation): Record<string, string> =>
  Object.fromEntries(validation.steps.map(({ step, state }) => [step, state]));

/** The steps before the failed one succeeded, and none was tried after it. */
const upTo = (failed: string): Record<string, string> =>
  Object.fromEntries(
    steps.map((step, index) => {
      const place = index - steps.indexOf(failed);
      return [step, place < 0 ? "succeeded" : place === 0 ? "failed" : "pending"];
    }),
  );

const probesOf = (system: TestSystem, syncId: string): Promise<number> =>
  system.database.probe.count({ where: { syncId } });

const secretsIn = ({ azure }: TestSystem, vault: TestVault): { active: number; deleted: number } =>
  azure.resources.vault(vault.name).store.counts();

describe("a validation, when Azure has had the time to propagate every setting,", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker({ retry: { graceMs: 0 } });
  });
  afterEach(() => void system.azure.knobs.patch({ faults: [] }));
  afterAll(() => system.stop());

  test.each<[string, string, string, string, string, Deviation]>([
    [
      "the app registration has no federated credential",
      "token_exchanged",
      "ENTRA_NO_CREDENTIAL",
      "has no federated credential that matches",
      "Add a federated credential with the issuer, subject and audience shown here",
      { trust: false },
    ],
    [
      "the federated credential's issuer has a slash too many",
      "token_exchanged",
      "ENTRA_ISSUER_MISMATCH",
      "has the issuer http://localhost:",
      "A slash at the end counts",
      { trust: (_, issuer) => ({ issuer: `${issuer}/` }) },
    ],
    [
      "the federated credential is for another sync",
      "token_exchanged",
      "ENTRA_SUBJECT_MISMATCH",
      "has the subject enkryptify:sync:azure-key-vault:",
      "compare it character by character",
      { trust: () => ({ subject: `enkryptify:sync:azure-key-vault:${randomUUID()}` }) },
    ],
    [
      "the federated credential's subject has other letter case",
      "token_exchanged",
      "ENTRA_SUBJECT_CASE",
      "differs from enkryptify:sync:azure-key-vault:",
      "Delete the federated credential and create it again",
      { trust: (syncId) => ({ subject: `Enkryptify:sync:azure-key-vault:${syncId}` }) },
    ],
    [
      "the federated credential has another audience",
      "token_exchanged",
      "ENTRA_AUDIENCE_MISMATCH",
      "audience isn't api://AzureADTokenExchange",
      "compare it character by character",
      { trust: () => ({ audiences: ["api://other"] }) },
    ],
    [
      "the client id is that of no application",
      "token_exchanged",
      "ENTRA_APPLICATION_NOT_FOUND",
      "has no application 00000000-0000-4000-8000-000000000001",
      "Enter the “Application (client) ID”",
      { entered: () => ({ clientId: "00000000-0000-4000-8000-000000000001" }) },
    ],
    [
      "the tenant id is that of no tenant",
      "token_exchanged",
      "ENTRA_TENANT_NOT_FOUND",
      "knows no tenant 00000000-0000-4000-8000-000000000002",
      "Enter the “Directory (tenant) ID”",
      { entered: () => ({ tenantId: "00000000-0000-4000-8000-000000000002" }) },
    ],
    [
      "the application is disabled",
      "token_exchanged",
      "ENTRA_APPLICATION_DISABLED",
      "is disabled",
      "set “Enabled for users to sign-in” to yes",
      { azure: ({ azure }, v) => void azure.graph.updateApplication(v.applicationId, { isDisabled: true }) },
    ],
    [
      "the application has no role in the vault",
      "secret_created",
      "VAULT_ROLE_MISSING",
      "may not write secrets in this vault",
      "assign “Key Vault Secrets Officer”",
      { role: false },
    ],
    [
      "the vault's firewall keeps the worker out",
      "secret_created",
      "VAULT_FIREWALL",
      "firewall refused the worker's address",
      "allow the outgoing addresses of the workers",
      { azure: ({ azure }, v) => void azure.knobs.patch({ firewall: { [v.name]: "firewall" } }) },
    ],
    [
      "the vault is behind a private link",
      "secret_created",
      "VAULT_PRIVATE",
      "only be reached through a private link",
      "Run a worker inside the vault's network",
      { azure: ({ azure }, v) => void azure.knobs.patch({ firewall: { [v.name]: "connection" } }) },
    ],
    [
      "the vault belongs to another tenant",
      "secret_created",
      "VAULT_OTHER_TENANT",
      "belongs to another Entra tenant",
      "Enter the tenant id that the Key Vault's overview page shows",
      { entered: async (system) => ({ vaultUrl: (await givenVault(system)).vaultUrl }) },
    ],
  ])("fails with code and hint when %s", async (_, step, code, message, hint, deviation) => {
    const begun = await begin(system, deviation);
    const validation = await endedValidation(system, begun.syncId, begun.validationId);

    expect(validation.state).toBe("failed");
    expect(validation.failure).toEqual({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(states(validation)).toEqual(upTo(step));
    expect(validation.steps.find((shown) => shown.step === step)?.failure).toEqual(validation.failure);
    expect(await showSync(system, begun.syncId)).toMatchObject({ state: "failing", failure: { code } });
    expect(secretsIn(system, begun.vault)).toEqual({ active: 0, deleted: 0 });
  });

  test("says that a vault's name doesn't resolve when there is no such vault", async () => {
    const begun = await begin(system, { trust: false });
    await endedValidation(system, begun.syncId, begun.validationId);
    // A label of 64 characters is more than any resolver asks for, so this needs no network.
    const host = `${"x".repeat(64)}.invalid`;
    await system.database.sync.update({ where: { id: begun.syncId }, data: { vaultUrl: `https://${host}` } });
    trustSync(system, begun.vault, begun.syncId);
    const answer = await ok<{ validation: { id: string } }>(
      system,
      "POST",
      `/v1/sync/${begun.syncId}/validate`,
    );
    const validation = await endedValidation(system, begun.syncId, answer.validation.id);

    expect(validation.failure).toEqual({
      code: "VAULT_NOT_FOUND",
      message: `No Key Vault answers at ${host}: the name doesn't resolve.`,
      hint: expect.stringContaining("Check the Key Vault URL for a typing error"),
    });
    expect(states(validation)).toEqual(upTo("secret_created"));
  });

  test("succeeds at the next try once the missing role is granted, and the sync becomes active", async () => {
    const begun = await begin(system, { role: false });
    await endedValidation(system, begun.syncId, begun.validationId);
    grantRole(system, begun.vault);
    const answer = await ok<{ validation: { id: string } }>(
      system,
      "POST",
      `/v1/sync/${begun.syncId}/validate`,
    );
    const validation = await endedValidation(system, begun.syncId, answer.validation.id);

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
    const begun = await begin(system);
    const waiting = await until("it waits", async () => {
      const validation = await show(system, begun);
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
    const begun = await begin(system);
    const validation = await endedValidation(system, begun.syncId, begun.validationId);

    expect(states(validation)).toEqual(Object.fromEntries(steps.map((step) => [step, "succeeded"])));
    const requests = system.azure.requests({ vault: begun.vault.name });
    for (const operation of ["setSecret", "deleteSecret", "purgeDeletedSecret"])
      expect(requests.filter((request) => request.operation === operation && request.hasToken)).toHaveLength(
        1,
      );
    expect(secretsIn(system, begun.vault)).toEqual({ active: 0, deleted: 0 });
    expect(await probesOf(system, begun.syncId)).toBe(0);
  });
});
