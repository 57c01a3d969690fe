import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { givenProject, givenVault, grantRole, ok, recordsOf, trustSync } from "../scenario.ts";
import {
  approve,
  beginSync,
  copiedValue,
  fillConnection,
  pagesOf,
  untilStep,
  validateAccess,
} from "./set-up-walk.ts";
import { inspectPage } from "./inspect.ts";
import { acrossTheEndOfASession } from "./session-end.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
  await site.system.startWorker();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

const toConnection = async (page: Page): Promise<void> => {
  await page.getByRole("link", { name: "Continue" }).click();
  await untilStep(page, "Connect the vault");
};

describe("setting a sync up, in a browser", () => {
  test("the whole way: the values that Azure needs, the connection, the plan, and the secrets arrive", async () => {
    const { system } = site;
    const project = await givenProject(system, { DB_HOST: "db", "API-KEY": "key" });
    const vault = await givenVault(system);
    const page = await site.openPage();
    const syncId = await beginSync(page, project);
    const subject = await copiedValue(page, "Subject");
    const audience = await copiedValue(page, "Audience");
    const issuer = await copiedValue(page, "Issuer");
    expect(subject).toBe(`enkryptify:sync:azure-key-vault:${syncId}`);
    trustSync(system, vault, syncId, { issuer, subject, audiences: [audience] });
    await page.getByRole("tab", { name: "az", exact: true }).click();
    await page.getByLabel("Vault name").fill(vault.name);
    const commands = page.getByRole("region", { name: "Azure CLI commands", exact: true });
    expect(await commands.innerText()).toContain(`az keyvault show --name ${vault.name}`);
    await page.reload();
    expect(await commands.innerText()).toContain(`az keyvault show --name ${vault.name}`);
    await toConnection(page);
    await fillConnection(page, vault);
    await validateAccess(page);
    await page.getByRole("link", { name: "Continue" }).click();
    await untilStep(page, "The plan before the first push");
    expect(await page.getByRole("table", { name: "Plan" }).innerText()).toContain("DB-HOST");
    expect((await recordsOf(system, syncId)).size).toBe(0);
    await approve(page);
    await page.getByText(`2 secrets are in ${new URL(vault.vaultUrl).host}`).waitFor();
    expect(system.azure.peek(vault.name, "DB-HOST")).toBe("db");
    expect(system.azure.peek(vault.name, "API-KEY")).toBe("key");
  }, 240_000);

  test("each step holds what holds for every page", async () => {
    const { system } = site;
    const project = await givenProject(system, { DB_HOST: "db", EXISTING: "ours" });
    // As long as a name may be: it must find room on every page, also on a phone.
    await ok(system, "PATCH", project.path, { name: "A project with a long name, ".repeat(4).slice(0, 99) });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "EXISTING", { value: "theirs" });
    const page = await site.openPage();
    const inspect = (name: string, title: string): Promise<void> =>
      inspectPage(page, `set-up-${name}`, { ready: async () => untilStep(page, title) });
    await inspectPage(page, "set-up-new", { address: `${pagesOf(project)}/syncs/new` });
    const syncId = await beginSync(page, project);
    trustSync(system, vault, syncId);
    await page.getByRole("tab", { name: "Portal" }).waitFor();
    await inspect("trust", "Let Azure trust this sync");
    await toConnection(page);
    await fillConnection(page, vault);
    await inspect("connection", "Connect the vault");
    await page.getByRole("button", { name: "Continue" }).click();
    await untilStep(page, "Choose the environment");
    await inspect("environment", "Choose the environment");
    await page.getByRole("button", { name: "Validate access" }).click();
    await page.getByText("Access works", { exact: true }).waitFor({ timeout: 60_000 });
    await inspect("validation", "Validate access");
    await page.getByRole("link", { name: "Continue" }).click();
    await untilStep(page, "The plan before the first push");
    await inspect("plan", "The plan before the first push");
    await approve(page);
    await inspect("done", "The sync is set up");
    await inspectPage(page, "syncs", { address: `${pagesOf(project)}/syncs` });
  }, 900_000);

  test("local Azure does the portal's acts, so that a newcomer only has to go on", async () => {
    const project = await givenProject(site.system, { FIRST_SECRET: "value" });
    const page = await site.openPage();
    await beginSync(page, project);
    await page.getByRole("button", { name: "Do these acts for me" }).click();
    await page.getByRole("link", { name: "Continue with these values" }).click();
    await untilStep(page, "Connect the vault");
    await validateAccess(page);
    await page.getByRole("link", { name: "Continue" }).click();
    await approve(page);
    await page.getByText(/^1 secret is in /).waitFor();
  }, 240_000);

  test("a validation that fails over the audience is repaired, with everything kept", async () => {
    const { system } = site;
    const project = await givenProject(system, { KEY: "value" });
    const vault = await givenVault(system);
    const page = await site.openPage();
    const syncId = await beginSync(page, project);
    trustSync(system, vault, syncId, { audiences: ["api://another"] });
    await toConnection(page);
    await fillConnection(page, vault);
    await page.getByLabel("Prefix").fill("web-");
    await validateAccess(page);
    await page.getByText("ENTRA_AUDIENCE_MISMATCH").waitFor();
    await page.getByRole("link", { name: "Change the connection" }).click();
    await untilStep(page, "Connect the vault");
    expect(await page.getByLabel("Prefix").inputValue()).toBe("web-");
    const credential = `enkryptify-key-vault-sync-${syncId.slice(0, 8)}`;
    system.azure.graph.removeFederatedCredential(vault.applicationId, credential);
    trustSync(system, vault, syncId);
    await page.getByRole("button", { name: "Save and validate again" }).click();
    await page.getByText("Access works", { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: "Continue" }).click();
    await approve(page);
  }, 240_000);

  test("a missing role is waited for, and the validation goes on by itself once it is there", async () => {
    const { system } = site;
    const project = await givenProject(system, { KEY: "value" });
    const vault = await givenVault(system, { role: false });
    const page = await site.openPage();
    const syncId = await beginSync(page, project);
    trustSync(system, vault, syncId);
    await toConnection(page);
    await fillConnection(page, vault);
    await validateAccess(page);
    await page.getByText(/What is new in Azure takes up to a few minutes/).waitFor();
    await page.getByText("VAULT_ROLE_MISSING").waitFor();
    grantRole(system, vault);
    await page.getByText("Access works", { exact: true }).waitFor({ timeout: 60_000 });
  }, 240_000);

  test("what the vault has already is taken over in the plan, when somebody confirms it", async () => {
    const { system } = site;
    const project = await givenProject(system, { EXISTING: "ours", OTHER: "ours" });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "EXISTING", { value: "theirs" });
    const page = await site.openPage();
    const syncId = await beginSync(page, project);
    trustSync(system, vault, syncId);
    await toConnection(page);
    await fillConnection(page, vault);
    await validateAccess(page);
    await page.getByRole("link", { name: "Continue" }).click();
    await page.getByText("1 secret is blocked").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Adopt EXISTING" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Adopt" }).click();
    await page.getByRole("button", { name: /^Adopt 1$/ }).waitFor({ timeout: 60_000 });
    await approve(page);
    await page.getByText(/^2 secrets are in /).waitFor();
    expect(system.azure.peek(vault.name, "EXISTING")).toBe("ours");
  }, 240_000);

  test("goes on where it was left: after a reload with what was typed, and in another session", async () => {
    const { system } = site;
    const project = await givenProject(system, { KEY: "value" });
    const vault = await givenVault(system);
    const page = await site.openPage();
    const syncId = await beginSync(page, project, "Left alone");
    trustSync(system, vault, syncId);
    await toConnection(page);
    await page.getByLabel("Key Vault URL").fill(`${vault.vaultUrl}/secrets/a`);
    await page.getByLabel("Tenant ID").fill("not-a-guid");
    await page.getByText(/A GUID has digits/).waitFor();
    await page.getByText("Shortened to the vault’s address.").waitFor();
    await page.reload();
    await untilStep(page, "Connect the vault");
    expect(await page.getByLabel("Key Vault URL").inputValue()).toBe(vault.vaultUrl);
    expect(await page.getByLabel("Tenant ID").inputValue()).toBe("not-a-guid");
    await fillConnection(page, vault);
    await page.getByRole("button", { name: "Continue" }).click();
    await untilStep(page, "Choose the environment");

    const elsewhere = await site.openPage();
    await elsewhere.goto(`${pagesOf(project)}/syncs`);
    await elsewhere.getByRole("link", { name: "Continue set-up of Left alone" }).click();
    await untilStep(elsewhere, "Choose the environment");
    await elsewhere.getByRole("link", { name: /^.*Connection/ }).click();
    expect(await elsewhere.getByLabel("Client ID").inputValue()).toBe(vault.clientId);
    await elsewhere.goto(`${pagesOf(project)}/syncs`);
    await elsewhere.getByRole("button", { name: "Discard Left alone" }).click();
    await elsewhere.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await elsewhere.getByText("Left alone was discarded").first().waitFor();
    await elsewhere.getByRole("heading", { name: "Not set up yet" }).waitFor({ state: "detached" });
  }, 240_000);

  test("a session that ends in mid-form costs nothing that was typed", async () => {
    const { system } = site;
    const project = await givenProject(system, { KEY: "value" });
    const vault = await givenVault(system);
    const page = await site.openPage({ expected: [{ status: 401, path: /^\/v1\// }] });
    await beginSync(page, project);
    await toConnection(page);
    await fillConnection(page, vault);
    const goOn = page.getByRole("button", { name: "Continue" });
    await acrossTheEndOfASession(page, site, async () => goOn.click());
    await untilStep(page, "Choose the environment");
    await page.getByRole("link", { name: /Connection/ }).click();
    expect(await page.getByLabel("Client ID").inputValue()).toBe(vault.clientId);
  }, 240_000);
});
