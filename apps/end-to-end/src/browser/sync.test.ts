import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import type { Page } from "playwright-core";
import { manySecrets } from "../disturbances.ts";
import {
  addSecrets,
  changeSecret,
  givenProject,
  givenSync,
  givenVault,
  ok,
  recordsOf,
  removeSecret,
  settled,
  showSync,
  type TestProject,
  type TestVault,
} from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { takePicture } from "./screenshot.ts";
import { startSite, type Site } from "./site.ts";
import { usedForAWeek } from "./used-sync.ts";

const LONG = 300_000;
const PATIENCE = { timeout: 60_000 };

let site: Site;
beforeAll(async () => {
  site = await startSite();
  await site.system.startWorker();
}, LONG);
afterEach(async () => {
  site.system.azure.knobs.patch({ latency: { byOperation: { setSecret: null } }, faults: [] });
  await site.closePages();
});
afterAll(async () => site.stop());

type Given = Readonly<{ project: TestProject; vault: TestVault; syncId: string; path: string }>;

/** A sync that has run once. @param taken names that the vault had before */
async function given(
  name: string,
  secrets: Readonly<Record<string, string>>,
  taken: readonly string[] = [],
): Promise<Given> {
  const { system } = site;
  const project = await givenProject(system, secrets);
  const vault = await givenVault(system);
  for (const secret of taken) system.azure.seedSecret(vault.name, secret, { value: "theirs" });
  const syncId = await givenSync(system, project, vault);
  await ok(system, "PATCH", `/v1/sync/${syncId}`, { name });
  await settled(system, syncId);
  return { project, vault, syncId, path: `/w/default/syncs/${syncId}` };
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
const dialog = (page: Page) => page.getByRole("dialog").last();

test(
  "the pages of a sync that has been used, each as it looks",
  async () => {
    const { system } = site;
    const secrets = { ...manySecrets(24), DB_PASSWORD: "1", "Api-Key": "2", "API-KEY": "3", taken: "4" };
    const { syncId, path } = await given("Webshop production", secrets, ["taken"]);
    await ok(system, "PATCH", `/v1/sync/${syncId}`, {
      schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" },
    });
    const runId = await usedForAWeek(system, syncId);
    const { id: recordId } = (await recordsOf(system, syncId)).get("taken") ?? { id: "" };
    const page = await site.openPage();
    const shows = (label: string) => async () => page.locator(`[aria-label="${label}"]`).first().waitFor();
    const look = async (name: string, address: string, ready: () => Promise<void>): Promise<void> => {
      await inspectPage(page, `sync-${name}`, { address: path + address, ready });
    };

    await look("health", "", async () => page.getByText("runs, ").waitFor());
    await look("records", "/records", shows("Secrets"));
    await look("record", `/records?record=${recordId}`, async () =>
      page.getByText("Attempts since it fails").waitFor(),
    );
    await look("runs", "/runs", shows("Runs"));
    await look("run", `/runs/${runId}`, shows("Counts"));
    await look("activity", "/activity", shows("Activity"));
    await look("settings", "/settings", async () => page.getByText("At 03:00").waitFor());

    await page.goto(`${path}/plan`);
    await page.getByRole("button", { name: "Try other settings" }).click();
    await page.getByLabel("Prefix").fill("shop-");
    await page.getByRole("button", { name: "Work out a plan" }).click();
    await page.getByText("shop-name-000").first().waitFor();
    expect(new URL(page.url()).searchParams.get("prefix")).toBe("shop-");
    await inspectPage(page, "sync-plan", { ready: shows("What would be done") });
    await page.getByRole("button", { name: /^Blocked/ }).click();
    await page.getByText("shop-name-000").waitFor({ state: "detached" });
    await page.getByText("DB_PASSWORD").first().waitFor();
  },
  LONG * 2,
);

test(
  "a run’s progress shows as it happens, also after the connection broke; a page waits for the server",
  async () => {
    const { system } = site;
    const { project, path } = await given("Progress", { one: "1" });
    const page = await site.openPage({ breaks: true, expected: [{ status: 503, path: /^\/v1\//u }] });
    await page.goto(path);
    await page.getByText("The one secret is in the vault").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    system.azure.knobs.patch({ latency: { byOperation: { setSecret: 600 } } });
    await addSecrets(system, project, manySecrets(120));
    const bar = page.getByRole("progressbar");
    await bar.waitFor();
    const hasMoved = async (times: number): Promise<void> => {
      const seen = new Set<string>();
      await until("the bar has moved", async () => {
        const value = await bar.getAttribute("aria-valuenow", { timeout: 5_000 });
        if (value !== null) seen.add(value);
        return seen.size > times;
      });
    };
    await hasMoved(1);
    await takePicture(page, "sync-running", "light");
    system.cutConnections();
    await page.getByText("Reconnecting…").waitFor();
    await page.getByText("All 121 secrets are in the vault").waitFor(PATIENCE);
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await bar.count()).toBe(0);

    // A page whose code isn't there yet waits for the server.
    await page.context().setOffline(true);
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByText("The server can’t be reached").waitFor();
    await page.getByRole("heading", { name: "Progress" }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole("table", { name: "Activity" }).waitFor();

    // What a page couldn't ask for, it asks for again by itself once the server answers.
    await page.route(/\/v1\/sync\/[^/]+\/runs/u, async (route) => route.abort("connectionreset"));
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByText("This couldn’t be loaded").waitFor();
    await page.unrouteAll();
    await page.getByRole("table", { name: "Runs" }).waitFor();

    // So it does when it is the database that was away; the failure stays to be read until then.
    const away = { code: "UNAVAILABLE", message: "The database can't be reached. Try again in a moment." };
    await page.route(/\/v1\/sync\/[^/]+\/records/u, async (route) =>
      route.fulfill({ status: 503, json: away }),
    );
    await page.getByRole("navigation", { name: "Sync" }).getByRole("link", { name: "Secrets" }).click();
    const failure = page.getByRole("alert").filter({ hasText: away.code });
    await failure.getByText("It is loaded by itself once that works.").waitFor();
    await page.waitForResponse((answer) => answer.request().method() === "HEAD" && answer.status() === 503);
    expect(await failure.isVisible()).toBe(true);
    await page.unrouteAll();
    await row(page, "name-000").waitFor();
  },
  LONG,
);

test(
  "what fails is repaired: by a name, by adoption, by a retry; and what drifted by a run",
  async () => {
    const { system } = site;
    const { project, vault, syncId, path } = await given("Repair", { DB_URL: "1", taken: "2" }, ["taken"]);
    const page = await site.openPage({ expected: [{ status: 400, path: /\/names\/[^/]+$/u }] });
    await page.goto(`${path}/records`);
    await row(page, "DB_URL").getByText("Blocked").waitFor();

    await page.getByRole("button", { name: "DB_URL" }).first().click();
    await page.getByRole("button", { name: "Choose the name in the vault…" }).click();
    const name = page.getByRole("textbox", { name: "Name in the vault" });
    await name.fill("db url");
    await page.getByRole("button", { name: "Choose name", exact: true }).click();
    await page.getByText(/must be 1 to 127 letters/i).waitFor();
    expect(await name.inputValue()).toBe("db url");
    await name.fill("database-url");
    await page.getByRole("button", { name: "Choose name", exact: true }).click();
    await until("it is written", () => system.azure.peek(vault.name, "database-url") === "1");
    await name.waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Close" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page, "DB_URL").getByText("Synced").waitFor();

    await page.getByRole("button", { name: "Adopt taken" }).click();
    await dialog(page).getByRole("button", { name: "Adopt", exact: true }).click();
    await row(page, "taken").getByText("Synced").waitFor();
    expect(system.azure.peek(vault.name, "taken")).toBe("2");

    const refusal = { operation: "setSecret", effect: { kind: "answer", status: 400 } } as const;
    system.azure.knobs.patch({ faults: [{ vault: vault.name, secret: "two", ...refusal }] });
    await addSecrets(system, project, { two: "2" });
    await row(page, "two").getByText("Failed").waitFor();
    await page.getByRole("button", { name: /^Failing/ }).click();
    await row(page, "taken").waitFor({ state: "detached" });
    system.azure.knobs.patch({ faults: [] });
    await page.getByRole("button", { name: "Retry two" }).click();
    await page.getByText("No secret fits").waitFor(PATIENCE);
    expect(system.azure.peek(vault.name, "two")).toBe("2");

    await ok(system, "PATCH", `/v1/sync/${syncId}`, { driftPolicy: "report" });
    system.azure.seedSecret(vault.name, "two", { value: "somebody else’s" });
    await page.getByRole("button", { name: "Run now" }).click();
    await page.getByLabel(/^Changed in the vault \(1\)/).check();
    await row(page, "two").getByText("Blocked").waitFor();
    await page.goto(`${path}/settings`);
    await page.getByLabel("Repair them").check();
    await page.getByRole("button", { name: "Save policies" }).click();
    await page.getByRole("button", { name: "Run now" }).first().click();
    await until("it is repaired", () => system.azure.peek(vault.name, "two") === "2");
  },
  LONG,
);

test(
  "a sync is paused, goes on, has removals approved, and is disconnected",
  async () => {
    const { system } = site;
    const secrets = manySecrets(12);
    const { project, vault, syncId, path } = await given("Farewell", secrets);
    const page = await site.openPage();
    await page.goto(path);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("This sync is paused").waitFor();
    await changeSecret(system, project, "name-011", "changed");
    for (const name of Object.keys(secrets).slice(0, 8)) await removeSecret(system, project, name);
    expect((await showSync(system, syncId)).state).toBe("paused");
    await inspectPage(page, "sync-paused", { ready: () => page.getByText("This sync is paused").waitFor() });
    expect(system.azure.peek(vault.name, "name-011")).toBe("value 11");
    await page.getByRole("button", { name: "Resume" }).click();
    await until("it is written", () => system.azure.peek(vault.name, "name-011") === "changed");
    await page.getByText("Removals wait for your approval").waitFor(PATIENCE);
    await page.getByRole("button", { name: "Approve removals…" }).click();
    await dialog(page).getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("All 4 secrets are in the vault").waitFor(PATIENCE);
    expect(system.azure.peek(vault.name, "name-000")).toBeUndefined();

    await page.getByRole("link", { name: "Settings" }).last().click();
    await page.getByRole("button", { name: "Disconnect…" }).click();
    await dialog(page).getByLabel("Remove them from the vault").check();
    expect(await dialog(page).getByRole("button", { name: "Disconnect" }).isDisabled()).toBe(true);
    await dialog(page)
      .getByLabel(/to confirm/)
      .fill("Farewell");
    await dialog(page).getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("This sync is disconnected").waitFor(PATIENCE);
    expect(system.azure.peek(vault.name, "name-011")).toBeUndefined();
  },
  LONG,
);

test(
  "ten thousand secrets are drawn as far as they are in view, and searched at once",
  async () => {
    const { system } = site;
    const { syncId, path } = await given("Many", { first: "1" });
    const names = Array.from({ length: 10_000 }, (_, index) => `NAME-${String(index).padStart(5, "0")}`);
    await system.database.syncRecord.createMany({
      data: names.map((secretName) => ({
        syncId,
        secretId: randomUUID(),
        secretName,
        vaultName: secretName,
        state: "synced",
      })),
    });
    const page = await site.openPage();
    await page.goto(`${path}/records?sort=name`);
    const table = page.getByRole("table", { name: "Secrets" });
    await row(page, "NAME-00000").waitFor();
    expect(await table.getAttribute("aria-rowcount")).toBe("10002");
    const drawn = async (): Promise<number> => table.getByRole("row").count();
    expect(await drawn()).toBeLessThan(120);
    // The end of what is loaded brings the next page.
    await until("a thousand are loaded", async () => {
      await page.keyboard.press("End");
      return (await page.evaluate(() => document.documentElement.scrollHeight)) > 60_000;
    });
    expect(await drawn()).toBeLessThan(120);
    await page.getByLabel("Search").fill("name-0999");
    await row(page, "NAME-09999").waitFor();
    await until("ten are shown", async () => (await table.getAttribute("aria-rowcount")) === "11");
    expect(await drawn()).toBe(11);
  },
  LONG,
);

test(
  "the overview has what fails first, and what stands behind all syncs",
  async () => {
    const { system } = site;
    const broken = await given("Broken", { one: "1" });
    await system.database.sync.update({
      where: { id: broken.syncId },
      data: {
        state: "failing",
        failureCode: "VAULT_ROLE_MISSING",
        failureFields: { action: "set secrets" },
        failingSince: new Date(),
      },
    });
    await given("Fine", { one: "1" });
    const { project, vault } = await given("Throttled", { one: "1" });
    const throttled = { operation: "setSecret", effect: { kind: "answer", status: 429 } } as const;
    system.azure.knobs.patch({ faults: [{ vault: vault.name, ...throttled }] });
    await addSecrets(system, project, { two: "2" });
    const page = await site.openPage();
    await page.goto("/w/default");
    await page.getByText("refuses writes").waitFor(PATIENCE);
    await inspectPage(page, "overview", {
      ready: () => page.locator('[aria-label="Syncs"]').first().waitFor(),
    });
    expect(await page.getByRole("row").nth(1).innerText()).toContain("Broken");
    await page.getByText("None is heard of").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Healthy/ }).click();
    await row(page, "Broken").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("health")).toBe("healthy");
    await page.reload();
    await row(page, "Fine").waitFor();
    expect(await row(page, "Broken").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Queues" }).getAttribute("href")).toBe("/ops/queues");
  },
  LONG,
);
