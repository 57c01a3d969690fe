/** Walks through the dashboard as a newcomer does, and takes the README's pictures. Started by `npm run screenshots`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { addSecrets, givenVault, ok, settled, trustSync, type TestProject } from "../scenario.ts";
import type { TestSystem } from "../system.ts";
import { untilCalm } from "./loaded.ts";
import { approve, beginSync, fillConnection, pagesOf, untilStep, validateAccess } from "./set-up-walk.ts";
import { startSite } from "./site.ts";
import { usedForAWeek } from "./used-sync.ts";

const SIZE = { width: 1400, height: 875 };
const PATIENCE = { timeout: 60_000 };

/** What the shop has before anything is imported. One is in the vault already. */
const BEFORE = {
  "Database--ConnectionString": "Server=db.internal.example;Database=shop",
  "Session--Secret": "not a secret",
  "Stripe--SecretKey": "sk_example",
  "Storage--Container": "uploads",
};

const IMPORTED = `# Keys of others' services
Stripe--SecretKey=sk_example_rotated
Stripe--WebhookSecret=whsec_example
SendGrid--ApiKey=SG.example
Storage--Container=uploads
MAPS_API_KEY=maps-example
`;

const [folder = "docs/screenshots"] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const site = await startSite();
try {
  await walk(await site.openPage());
  await site.closePages();
} finally {
  await site.stop();
}

async function walk(page: Page): Promise<void> {
  const { system } = site;
  await system.startWorker();
  await page.setViewportSize(SIZE);
  const project = await givenShop(system);
  await addSecrets(system, project, BEFORE);

  await page.goto(`${pagesOf(project)}/secrets`);
  await page.getByRole("button", { name: "Import .env" }).click();
  await page.getByRole("dialog").getByLabel("Content").fill(IMPORTED);
  await page.getByRole("button", { name: "Show what changes" }).click();
  await page
    .getByText(/1 changed, 3 new/)
    .first()
    .waitFor();
  await take(page, "secrets-import");
  await page.getByRole("button", { name: "Import 4 secrets" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  const vault = await givenVault(system, { name: "kv-webshop" });
  system.azure.seedSecret(vault.name, "Session--Secret", { value: "somebody else's" });
  const syncId = await beginSync(page, project, "Webshop production");
  trustSync(system, vault, syncId);
  await page.getByRole("link", { name: "Continue" }).click();
  await untilStep(page, "Connect the vault");
  await fillConnection(page, vault);
  await validateAccess(page);
  await page.getByText("Access works", { exact: true }).waitFor(PATIENCE);
  await take(page, "set-up-validation");
  await page.getByRole("link", { name: "Continue" }).click();
  await page
    .getByText(/blocked/)
    .first()
    .waitFor(PATIENCE);
  await take(page, "set-up-plan");
  await approve(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await take(page, "set-up-done-dark");
  await page.emulateMedia({ colorScheme: "light" });

  await ok(system, "PATCH", `/v1/sync/${syncId}`, { schedule: { cron: "0 3 * * *", timeZone: "UTC" } });
  await usedForAWeek(system, syncId);
  await settled(system, syncId);
  await page.goto(`/w/default/syncs/${syncId}`);
  await page
    .getByText(/runs, /)
    .first()
    .waitFor();
  await take(page, "sync-health");
  await page.goto(`/w/default/syncs/${syncId}/records`);
  await page.getByText("Blocked").first().waitFor();
  await take(page, "sync-secrets");
  await page.goto("/w/default");
  await page.getByRole("link", { name: "Webshop production", exact: true }).waitFor();
  await take(page, "overview");
}

/** A project with a name that reads well. */
async function givenShop(system: TestSystem): Promise<TestProject> {
  const path = "/v1/workspace/default/project/webshop";
  const [team] = await ok<Array<{ id: string }>>(system, "GET", "/v1/workspace/default/team");
  const { id: projectId } = await ok<{ id: string }>(system, "POST", "/v1/workspace/default/project", {
    name: "Webshop",
    slug: "webshop",
    teamId: team?.id,
  });
  const environment = await ok<{ id: string }>(system, "POST", `${path}/environment`, { name: "production" });
  return { projectId, path, environmentId: environment.id };
}

async function take(page: Page, name: string): Promise<void> {
  // Messages pass; the picture is of the page.
  await page.locator(".mantine-Notification-root").first().waitFor({ state: "detached" });
  await untilCalm(page);
  await page.screenshot({
    path: join(folder, `${name}.png`),
    animations: "disabled",
    // Hiding it would put a style into the page, which its content security policy refuses.
    caret: "initial",
  });
  process.stdout.write(`${name}.png\n`);
}
