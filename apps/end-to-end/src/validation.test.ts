import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import { endedValidation, givenVault, showSync, trustSync } from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.ts";
import {
  beginValidation,
  notedOf,
  secretsIn,
  showValidation,
  states,
  upTo,
  validateAgain,
  type Deviation,
} from "./validations.ts";

describe("a validation, when Azure has had the time to propagate every setting,", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
    await system.startWorker({ retry: { graceMs: 0 } });
  });
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
    const begun = await beginValidation(system, deviation);
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
    expect(await notedOf(system, begun.syncId)).toMatchObject([
      {
        actor: { kind: "system" },
        fields: { state: "failed", failureCode: code, temporarySecret: "not created" },
      },
    ]);
  });

  test("says that a vault's name doesn't resolve when there is no such vault", async () => {
    const begun = await beginValidation(system, { trust: false });
    await endedValidation(system, begun.syncId, begun.validationId);
    // A label of 64 characters is more than any resolver asks for, so this needs no network.
    const host = `${"x".repeat(64)}.invalid`;
    await system.database.sync.update({ where: { id: begun.syncId }, data: { vaultUrl: `https://${host}` } });
    trustSync(system, begun.vault, begun.syncId);
    const validation = await endedValidation(system, begun.syncId, await validateAgain(system, begun.syncId));

    expect(validation.failure).toEqual({
      code: "VAULT_NOT_FOUND",
      message: `There is no Key Vault at ${host}.`,
      hint: expect.stringContaining("Check the Key Vault URL for a typing error"),
    });
    expect(states(validation)).toEqual(upTo("secret_created"));
  });
});

describe("a validation by a worker whose ISSUER_URL is wrong", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterEach(killWorkerProcesses);
  afterAll(() => system.stop());

  test("waits for the issuer when nothing answers there, saying what to check", async () => {
    await startWorkerProcess(system, { ISSUER_URL: "http://localhost:1" });
    const begun = await beginValidation(system);
    const validation = await until("it waits", async () => {
      const shown = await showValidation(system, begun);
      return shown.state === "waiting" && shown;
    });

    expect(validation.failure).toEqual({
      code: "ISSUER_UNREACHABLE",
      message: expect.stringContaining("can't read the issuer's discovery document at http://localhost:1"),
      hint: expect.stringContaining("Check that ISSUER_URL is the address under which control is published"),
    });
    expect(states(validation)).toEqual(upTo("issuer_reachable"));
    expect(system.azure.requests()).toEqual([]);
  });

  test("fails when another issuer answers there, saying what to set", async () => {
    const ISSUER_URL = system.issuer.replace("localhost", "127.0.0.1");
    await startWorkerProcess(system, { ISSUER_URL });
    const begun = await beginValidation(system);
    const validation = await endedValidation(system, begun.syncId, begun.validationId);

    expect(validation.failure).toEqual({
      code: "ISSUER_MISMATCH",
      message: expect.stringContaining(`What answers at ${ISSUER_URL} isn't this issuer`),
      hint: expect.stringContaining("the same for control and workers"),
    });
    expect(states(validation)).toEqual(upTo("issuer_reachable"));
    expect(system.azure.requests()).toEqual([]);
  });
});
