import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ClientAssertionCredential } from "@azure/identity";
import { type KeyVaultSecret, SecretClient, type SecretClientOptions } from "@azure/keyvault-secrets";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { AUDIENCE } from "../testing/issuer.ts";
import { startWorld, type World } from "../testing/world.ts";

let world: World;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-sdk-"));
  world = await startWorld({ certificateDirectory: directory });
});

afterAll(async () => {
  await world.stop();
  rmSync(directory, { recursive: true, force: true });
});

afterEach(() => {
  world.azure.knobs.reset();
  world.azure.resetStatistics();
});

function credential(clientId = world.application.appId): ClientAssertionCredential {
  return new ClientAssertionCredential(world.tenant.id, clientId, () => world.issuer.assertion(), {
    authorityHost: world.azure.origin,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: world.azure.ca },
  });
}

function client(options: SecretClientOptions = {}): SecretClient {
  return new SecretClient(world.azure.addressesOf(world.vault).localUri, credential(), {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: world.azure.ca },
    ...options,
  });
}

describe("The unmodified Azure SDKs", () => {
  test("set, read, change, list, delete, recover and purge a secret", async () => {
    const secrets = client();
    const expiresOn = new Date("2030-01-01T00:00:00Z");
    const made = await secrets.setSecret("Sdk-Secret", "multi\nline \u{1F511}", {
      contentType: "text/plain",
      tags: { "managed-by": "enkryptify" },
      expiresOn,
    });
    expect(made.properties).toMatchObject({ name: "Sdk-Secret", enabled: true, expiresOn });
    const read: KeyVaultSecret = await secrets.getSecret("sdk-secret");
    expect(read.value).toBe("multi\nline \u{1F511}");
    const version = made.properties.version ?? "";
    expect((await secrets.getSecret("Sdk-Secret", { version })).properties.version).toBe(version);
    const changed = await secrets.updateSecretProperties("Sdk-Secret", version, { tags: { a: "b" } });
    expect(changed.tags).toEqual({ a: "b" });

    const listed: Array<string | undefined> = [];
    for await (const { name, tags } of secrets.listPropertiesOfSecrets()) {
      listed.push(name);
      expect(tags).toEqual({ a: "b" });
    }
    expect(listed).toEqual(["Sdk-Secret"]);

    world.azure.knobs.patch({ deletion: { deleteMs: 20, recoverMs: 20 } });
    const deletion = await secrets.beginDeleteSecret("Sdk-Secret", { intervalInMs: 5 });
    expect((await deletion.pollUntilDone()).recoveryId).toContain("/deletedsecrets/Sdk-Secret");
    const recovery = await secrets.beginRecoverDeletedSecret("Sdk-Secret", { intervalInMs: 5 });
    await recovery.pollUntilDone();
    expect((await secrets.getSecret("Sdk-Secret")).properties.tags).toEqual({ a: "b" });

    await (await secrets.beginDeleteSecret("Sdk-Secret", { intervalInMs: 5 })).pollUntilDone();
    const deleted = await secrets.getDeletedSecret("Sdk-Secret");
    expect(deleted.properties.scheduledPurgeDate).toBeInstanceOf(Date);
    await secrets.purgeDeletedSecret("Sdk-Secret");
    await expect(secrets.getSecret("Sdk-Secret")).rejects.toMatchObject({
      statusCode: 404,
      code: "SecretNotFound",
    });
  });

  test("send their first request without token and body, and get one token for all", async () => {
    const secrets = client();
    await secrets.setSecret("first", "canary");
    await secrets.setSecret("second", "canary");
    expect(world.azure.requests({ vault: "webshop" })).toMatchObject([
      { secret: "first", outcome: 401, hasBody: false, hasToken: false },
      { secret: "first", outcome: 200, hasBody: true, hasToken: true },
      { secret: "second", outcome: 200, hasBody: true, hasToken: true },
    ]);
    expect(world.azure.statistics().tokens.issued).toBe(1);
  });

  test("follow all pages, empty ones among them", async () => {
    world.azure.seedSecrets("webshop", { count: 130, prefix: "page-" });
    world.azure.knobs.patch({ paging: { emptyPageRate: 0.5 } });
    let found = 0;
    for await (const { name } of client().listPropertiesOfSecrets()) if (name.startsWith("page-")) found += 1;
    expect(found).toBe(130);
    let pages = 0;
    for await (const page of client().listPropertiesOfSecrets().byPage({ maxPageSize: 10 })) {
      expect(page.length).toBeLessThanOrEqual(10);
      pages += 1;
    }
    expect(pages).toBeGreaterThanOrEqual(13);
  });

  test("list versions and deleted secrets, back up and restore", async () => {
    const secrets = client();
    world.azure.knobs.patch({ deletion: { deleteMs: 0, purgeMs: 0 } });
    await secrets.setSecret("history", "one");
    await secrets.setSecret("history", "two");
    let versions = 0;
    for await (const { version } of secrets.listPropertiesOfSecretVersions("history")) {
      expect(version).toMatch(/^[0-9a-f]{32}$/);
      versions += 1;
    }
    expect(versions).toBe(2);
    const backup = await secrets.backupSecret("history");
    await secrets.beginDeleteSecret("history");
    const deleted: string[] = [];
    for await (const { name } of secrets.listDeletedSecrets()) deleted.push(name);
    expect(deleted).toContain("history");
    await secrets.purgeDeletedSecret("history");
    await secrets.restoreSecretBackup(backup ?? new Uint8Array());
    expect((await secrets.getSecret("history")).value).toBe("two");
  });

  test("surface inner codes where the SDK puts them", async () => {
    const secrets = client();
    await secrets.setSecret("off", "v", { enabled: false });
    await expect(secrets.getSecret("off")).rejects.toMatchObject({
      statusCode: 403,
      code: "Forbidden",
      details: { error: { innerError: { code: "SecretDisabled" } } },
    });
  });

  test("don't retry a 429 without Retry-After, and do with one", async () => {
    const secrets = client({ retryOptions: { maxRetries: 3 } });
    await secrets.setSecret("warm", "v");
    const throttled = (retryAfterSeconds?: number): void => {
      const effect = {
        kind: "answer",
        status: 429,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
      world.azure.knobs.patch({
        faults: [{ operation: "getSecret", remaining: 1, effect: effect as never }],
      });
    };
    throttled();
    await expect(secrets.getSecret("warm")).rejects.toMatchObject({ statusCode: 429, code: "Throttled" });
    throttled(0);
    expect((await secrets.getSecret("warm")).value).toBe("v");
  });

  test("report Entra's refusal with its code", async () => {
    const { id, appId } = world.azure.graph.createApplication(world.tenant, { displayName: "mistyped" });
    world.azure.graph.createServicePrincipal(world.tenant, { appId });
    world.azure.graph.addFederatedCredential(id, {
      name: "mistyped",
      issuer: world.issuer.url,
      subject: "mistyped",
      audiences: [AUDIENCE],
    });
    await expect(credential(appId).getToken("https://vault.azure.net/.default")).rejects.toMatchObject({
      message: expect.stringContaining("AADSTS700213"),
    });
  });

  test("need nothing but configuration in a process that trusts the authority's file", async () => {
    const program = `
      import { ClientAssertionCredential } from "@azure/identity";
      import { SecretClient } from "@azure/keyvault-secrets";
      const { TENANT, CLIENT, ASSERTION, AUTHORITY, VAULT } = process.env;
      const credential = new ClientAssertionCredential(TENANT, CLIENT, async () => ASSERTION, {
        authorityHost: AUTHORITY,
        disableInstanceDiscovery: true,
      });
      const client = new SecretClient(VAULT, credential, { disableChallengeResourceVerification: true });
      const { properties } = await client.setSecret("from-a-process", "v");
      process.stdout.write(properties.name);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      {
        cwd: import.meta.dirname,
        env: {
          PATH: process.env["PATH"],
          NODE_EXTRA_CA_CERTS: world.azure.caFile,
          TENANT: world.tenant.id,
          CLIENT: world.application.appId,
          ASSERTION: await world.issuer.assertion(),
          AUTHORITY: world.azure.origin,
          VAULT: world.azure.addressesOf(world.vault).localUri,
        },
      },
    );
    expect(stdout).toBe("from-a-process");
    expect(world.azure.peek("webshop", "from-a-process")).toBe("v");
  });
});
