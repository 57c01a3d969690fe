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
  project = await givenProject(control, 2);
});
afterAll(() => control.stop());

const act = (syncId: string, action: string, body?: unknown): ReturnType<TestControl["ask"]> =>
  control.ask("POST", `/v1/sync/${syncId}/${action}`, { body });
const show = (syncId: string): Promise<Shown> => ok<Shown>(control, "GET", `/v1/sync/${syncId}`);

describe("starting a sync", () => {
  test("answers with all that is to be copied into Azure, by the project's slug or id", async () => {
    for (const reference of [project.slug, project.id]) {
      const { status, body } = await control.ask<Shown & { syncConfigId: string }>(
        "POST",
        "/v1/sync/azure-key-vault/start/",
        { body: { project: reference, workspace: "default" } },
      );
      expect(status).toBe(201);
      const subject = `enkryptify:sync:azure-key-vault:${body.syncConfigId}`;
      const audience = "api://AzureADTokenExchange";
      const name = "enkryptify-key-vault-sync";
      expect(body).toMatchObject({
        issuer: control.issuer,
        subject,
        audience,
        credentialName: name,
        snippet: { name, issuer: control.issuer, subject, audiences: [audience] },
        commands: { az: expect.any(String), terraform: expect.any(String), bicep: expect.any(String) },
        sync: { id: body.syncConfigId, state: "awaiting_azure", name: "Azure Key Vault" },
      });
      const { sync, ...guide } = body;
      expect(sync).toBeDefined();
      expect(await ok(control, "GET", `/v1/sync/${body.syncConfigId}/setup`)).toEqual(guide);
    }
  });

  test.each([
    [{}, 400],
    [{ project: "" }, 400],
    [{ project: 7 }, 400],
    [{ project: "none" }, 404],
    [{ project: "x".repeat(65) }, 400],
    [{ project: "p", environmentId: "x" }, 400],
    [undefined, 400],
  ])("a start with %j is refused", async (body, status) => {
    expect((await control.ask("POST", "/v1/sync/azure-key-vault/start", { body })).status).toBe(status);
  });
});

describe("connecting", () => {
  test("stores the vault's address without slash and in lower case, and ids in lower case", async () => {
    const syncId = await givenSync(control, project);
    const answer = await act(syncId, "connect", {
      tenantId: connection.tenantId,
      clientId: " AAAAAAAA-7777-8888-9999-AAAAAAAAAAAA ",
      vaultUrl: "https://My-Vault.VAULT.azure.net/",
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...connection,
      clientId: "aaaaaaaa-7777-8888-9999-aaaaaaaaaaaa",
      state: "awaiting_environment",
      prefix: "",
      namePolicy: "strict",
    });
    const { commands } = await ok<{ commands: { az: string } }>(control, "GET", `/v1/sync/${syncId}/setup`);
    expect(commands.az).toContain("my-vault");
  });

  test.each([
    ["tenantId", "contoso.onmicrosoft.com", "VALIDATION"],
    ["clientId", "6666", "VALIDATION"],
    ["clientId", "", "VALIDATION"],
    ["tenantId", null, "VALIDATION"],
    ["vaultUrl", "my-vault", "VAULT_URL_INVALID"],
    ["vaultUrl", "http://my-vault.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my-vault.vault.azure.net.evil.example", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my-vault.vault.usgovcloudapi.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://evil.example/.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://evil.example#.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://a.b.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my-vault.vault.azure.net/secrets", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my-vault.vault.azure.net?x=1", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my-vault.vault.azure.net:8443", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://user@my-vault.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://user:pw@my-vault.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://müller.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://my--vault.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://1vault.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", "https://ab.vault.azure.net", "VAULT_URL_INVALID"],
    ["vaultUrl", `https://${"v".repeat(25)}.vault.azure.net`, "VAULT_URL_INVALID"],
    ["vaultUrl", "https://169.254.169.254", "VAULT_URL_INVALID"],
    ["vaultUrl", `https://${"x".repeat(300)}.vault.azure.net`, "VALIDATION"],
    ["prefix", "under_score", "VALIDATION"],
    ["prefix", "dotted.", "VALIDATION"],
    ["prefix", "x".repeat(127), "VALIDATION"],
    ["namePolicy", "anything", "VALIDATION"],
    ["schedule", null, "VALIDATION"],
  ])("%s %j is refused, named, and nothing is stored", async (field, value, code) => {
    const syncId = await givenSync(control, project);
    const answer = await act(syncId, "connect", { ...connection, [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, message: expect.stringContaining(field) });
    expect(await show(syncId)).toMatchObject({ state: "awaiting_azure", tenantId: null, vaultUrl: null });
  });

  test("a prefix of 126 characters and each name policy are taken", async () => {
    const syncId = await givenSync(control, project);
    for (const namePolicy of ["strict", "hyphenate", "dotnet"])
      expect(
        (await act(syncId, "connect", { ...connection, prefix: "x".repeat(126), namePolicy })).body,
      ).toMatchObject({ namePolicy, prefix: "x".repeat(126) });
  });

  test("an active sync goes on with new settings, by a run that looks at the vault", async () => {
    const syncId = await givenActiveSync(control, project);
    expect((await act(syncId, "connect", { ...connection, prefix: "new-" })).body).toMatchObject({
      state: "active",
      prefix: "new-",
      upToDate: false,
    });
  });
});

describe("linking", () => {
  test("begins with a validation, whose steps can be read", async () => {
    const syncId = await givenSync(control, project);
    await ok(control, "POST", `/v1/sync/${syncId}/connect`, connection);
    const [environmentId] = project.environments;
    const answer = await act(syncId, "link", { environmentId });
    expect(answer.status).toBe(202);
    const { validation } = answer.body as { validation: { id: string } };
    expect(answer.body).toMatchObject({
      state: "validating",
      validation: { state: "queued", environmentId },
    });
    const path = `/v1/sync/${syncId}/validations`;
    expect(await ok(control, "GET", `${path}/${validation.id}`)).toEqual(validation);
    expect(await ok(control, "GET", path)).toEqual([validation]);
    expect(await show(syncId)).toMatchObject({ latestValidation: { id: validation.id } });
    const jobs = await control.doorbell.queues.validations.getJobs();
    expect(jobs.map((job) => job.data as unknown)).toContainEqual(
      expect.objectContaining({ validationId: validation.id }),
    );
  });

  test("an environment of another project isn't found, and one that isn't an id is refused", async () => {
    const syncId = await givenSync(control, project);
    await ok(control, "POST", `/v1/sync/${syncId}/connect`, connection);
    const [elsewhere] = (await givenProject(control)).environments;
    const answer = await act(syncId, "link", { environmentId: elsewhere });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: "ENVIRONMENT_NOT_FOUND" });
    expect((await act(syncId, "link", { environmentId: "production" })).status).toBe(400);
    expect(await show(syncId)).toMatchObject({ state: "awaiting_environment" });
  });

  test("comes after connecting, and validating after linking", async () => {
    const syncId = await givenSync(control, project);
    for (const [action, body] of [
      ["link", { environmentId: project.environments[0] }],
      ["validate"],
    ] as const) {
      const answer = await act(syncId, action, body);
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: "SYNC_STATE" });
    }
  });
});
