import type { Page } from "playwright-core";
import type { TestProject, TestVault } from "../scenario.ts";

/** The address that a project has in the dashboard. */
export const pagesOf = ({ path }: TestProject): string =>
  `/w/default/projects/${path.split("/").at(-1) ?? ""}`;

const PATIENCE = { timeout: 60_000 };

/** A step's heading, when it is there. */
export async function untilStep(page: Page, title: string): Promise<void> {
  await page.getByRole("heading", { level: 2, name: title }).waitFor(PATIENCE);
}

/** Begins a sync by its tile. @returns its id */
export async function beginSync(page: Page, project: TestProject, name = "To Azure"): Promise<string> {
  await page.goto(`${pagesOf(project)}/syncs`);
  await page.getByRole("link", { name: "Set up Azure Key Vault" }).click();
  await page.getByLabel("Name of the sync").fill(name);
  await page.getByRole("button", { name: "Start" }).click();
  await untilStep(page, "Let Azure trust this sync");
  return /\/syncs\/([0-9a-f-]{36})\/setup/.exec(page.url())?.[1] ?? "";
}

/** What stands in the field under this name, to be copied. */
export async function copiedValue(page: Page, label: string): Promise<string> {
  const text = await page.getByRole("group", { name: label, exact: true }).innerText();
  return text.split("\n").at(-1)?.trim() ?? "";
}

export async function fillConnection(page: Page, vault: TestVault): Promise<void> {
  await page.getByLabel("Tenant ID").fill(vault.tenantId);
  await page.getByLabel("Client ID").fill(vault.clientId);
  await page.getByLabel("Key Vault URL").fill(vault.vaultUrl);
}

/** From the connection's step, which is filled in, to the validation's. */
export async function validateAccess(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
  await untilStep(page, "Choose the environment");
  await page.getByRole("button", { name: "Validate access" }).click();
  await untilStep(page, "Validate access");
}

export async function approve(page: Page): Promise<void> {
  await untilStep(page, "The plan before the first push");
  await page.getByRole("button", { name: /^Approve/ }).click();
  await untilStep(page, "The sync is set up");
}
