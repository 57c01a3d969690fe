import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import type { Page } from "playwright-core";
import { manySecrets } from "../disturbances.ts";
import {
  addSecrets,
  givenProject,
  givenSync,
  givenVault,
  ok,
  recordsOf,
  removeSecret,
  runsOf,
  settled,
  showSync,
  type TestProject,
  type TestVault,
} from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

/** The machine that runs this may be a slow one with a browser beside everything else. */
const LONG = 300_000;

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
  secrets: Readonly<Record<string, string>>,
  name: string,
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

const row = (page: Page, name: string): ReturnType<Page["locator"]> =>
  page.getByRole("row").filter({ hasText: name });

describe("a sync’s pages", () => {
  let sync: Given;
  let runId: string;
  beforeAll(async () => {
    const secrets = {
      ...manySecrets(24),
      DB_PASSWORD: "1",
      "Api-Key": "2",
      "API-KEY": "3",
      "stripe-key": "4",
    };
    sync = await given(secrets, "Webshop production", ["stripe-key"]);
    const { database } = site.system;
    await ok(site.system, "PATCH", `/v1/sync/${sync.syncId}`, {
      schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" },
    });
    // A week of runs, so that the pictures show what a sync looks like that has been used.
    await database.run.createMany({
      data: Array.from({ length: 40 }, (_, index) => {
        const startedAt = new Date(Date.now() - (index + 1) * 4 * 3_600_000);
        const failed = index % 9 === 4;
        return {
          syncId: sync.syncId,
          trigger: index % 6 === 0 ? "schedule" : "change",
          state: failed ? "completed_with_failures" : "succeeded",
          epoch: 0,
          generation: 0,
          total: 28,
          created: index % 7 === 0 ? 3 : 0,
          updated: (index * 5) % 8,
          repaired: index % 11 === 3 ? 2 : 0,
          deleted: index % 13 === 5 ? 1 : 0,
          failed: failed ? 2 : 0,
          unchanged: 20,
          startedAt,
          endedAt: new Date(startedAt.getTime() + 700 + ((index * 337) % 4_000)),
        };
      }),
    });
    await ok(site.system, "POST", `/v1/sync/${sync.syncId}/records/retry`);
    await settled(site.system, sync.syncId);
    [{ id: runId }] = (await runsOf(site.system, sync.syncId)) as unknown as [{ id: string }];
  }, LONG);

  const heading = (name: RegExp | string) => async (page: Page) =>
    page.getByRole("heading", { name, level: 2 }).first().waitFor();
  const table = (name: string) => async (page: Page) =>
    page.locator(`[aria-label="${name}"]`).first().waitFor();

  test.each([
    ["health", "", heading("Changes over time")],
    ["records", "/records", table("Secrets")],
    ["runs", "/runs", table("Runs")],
    ["activity", "/activity", table("Activity")],
    ["settings", "/settings", async (page: Page) => page.getByText("At 03:00").waitFor()],
  ])(
    "%s",
    async (name, path, ready) => {
      const page = await site.openPage();
      await page.goto(sync.path + path);
      await inspectPage(page, `sync-${name}`, { ready });
    },
    LONG,
  );

  test(
    "a run",
    async () => {
      const page = await site.openPage();
      await page.goto(`${sync.path}/runs/${runId}`);
      await inspectPage(page, "sync-run", { ready: table("Counts") });
    },
    LONG,
  );

  test(
    "a plan, with the sync’s settings and with others, which stand in the address",
    async () => {
      const page = await site.openPage();
      await page.goto(`${sync.path}/plan`);
      await page.getByRole("button", { name: "Try other settings" }).click();
      await page.getByLabel("Prefix").fill("shop-");
      await page.getByRole("button", { name: "Work out a plan" }).click();
      await page.getByText("shop-name-000").first().waitFor();
      expect(new URL(page.url()).searchParams.get("prefix")).toBe("shop-");
      await inspectPage(page, "sync-plan", { ready: table("What would be done") });
      await page.getByRole("button", { name: /Can’t be written/ }).click();
      await page.getByText("DB_PASSWORD").first().waitFor();
      expect(await page.getByText("shop-name-000").count()).toBe(0);
    },
    LONG,
  );

  test(
    "a secret’s details, beside the list",
    async () => {
      const { id } = (await recordsOf(site.system, sync.syncId)).get("stripe-key") ?? { id: "" };
      const page = await site.openPage();
      await page.goto(`${sync.path}/records?record=${id}`);
      await inspectPage(page, "sync-record", {
        ready: async () =>
          page
            .getByRole("dialog")
            .getByText("Request ID")
            .or(page.getByText("Failing since"))
            .first()
            .waitFor(),
      });
    },
    LONG,
  );
});

test(
  "a run’s progress shows as it happens, without a reload, and so does its end",
  async () => {
    const { system } = site;
    const { project, path } = await given({ one: "1" }, "Progress");
    const page = await site.openPage();
    await page.goto(path);
    await page.getByText("The one secret is in the vault").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    system.azure.knobs.patch({ latency: { byOperation: { setSecret: 400 } } });
    await addSecrets(system, project, manySecrets(120));
    const bar = page.getByRole("progressbar");
    await bar.waitFor();
    const seen = new Set<string>();
    await until(
      "the bar has moved",
      async () => {
        const value = await bar.getAttribute("aria-valuenow", { timeout: 1_000 }).catch(() => null);
        if (value !== null) seen.add(value);
        return seen.size >= 3;
      },
      60_000,
    );
    await page.getByText("All 121 secrets are in the vault").waitFor({ timeout: 60_000 });
    expect(await bar.count()).toBe(0);
  },
  LONG,
);

test(
  "a failing secret is repaired by a name of its own, and another one by adoption",
  async () => {
    const { system } = site;
    const { vault, syncId, path } = await given({ DB_URL: "1", taken: "2" }, "Repair", ["taken"]);
    const page = await site.openPage();
    await page.goto(`${path}/records`);
    await row(page, "DB_URL").getByText("Blocked").waitFor();

    await page.getByRole("button", { name: "DB_URL" }).first().click();
    await page.getByRole("button", { name: "Choose the name in the vault…" }).click();
    await page.getByLabel("Name in the vault").fill("db url");
    await page.getByRole("button", { name: "Choose name", exact: true }).click();
    await page.getByText(/must be 1 to 127 letters/i).waitFor();
    await page.getByLabel("Name in the vault").fill("database-url");
    await page.getByRole("button", { name: "Choose name", exact: true }).click();
    await until("it is written", () => system.azure.peek(vault.name, "database-url") === "1");
    await page.getByRole("button", { name: "Close" }).last().click();
    await row(page, "DB_URL").getByText("Synced").waitFor();

    await page.getByRole("button", { name: "Adopt taken" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Adopt", exact: true }).click();
    await row(page, "taken").getByText("Synced").waitFor();
    expect(system.azure.peek(vault.name, "taken")).toBe("2");
    expect([...(await recordsOf(system, syncId)).values()].every(({ state }) => state === "synced")).toBe(
      true,
    );
  },
  LONG,
);

test(
  "a secret that the vault refused is tried again at once, by a button",
  async () => {
    const { system } = site;
    const { project, vault, syncId, path } = await given({ one: "1" }, "Retry");
    system.azure.knobs.patch({
      faults: [
        { vault: vault.name, secret: "two", operation: "setSecret", effect: { kind: "answer", status: 400 } },
      ],
    });
    await addSecrets(system, project, { two: "2" });
    await until("it fails", async () => (await recordsOf(system, syncId)).get("two")?.state === "failed");
    system.azure.knobs.patch({ faults: [] });
    const page = await site.openPage();
    await page.goto(`${path}/records?state=failed,blocked`);
    await page.getByRole("button", { name: "Retry two" }).click();
    await page.getByText("No secret fits").waitFor({ timeout: 60_000 });
    expect(system.azure.peek(vault.name, "two")).toBe("2");
  },
  LONG,
);

test(
  "a sync is paused and goes on",
  async () => {
    const { system } = site;
    const { project, vault, syncId, path } = await given({ one: "1" }, "Pause");
    const page = await site.openPage();
    await page.goto(path);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("This sync is paused").waitFor();
    await addSecrets(system, project, { two: "2" });
    expect((await showSync(system, syncId)).state).toBe("paused");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("All 2 secrets are in the vault").waitFor();
    expect(system.azure.peek(vault.name, "two")).toBe("2");
  },
  LONG,
);

test(
  "removals above the brake are approved on the page",
  async () => {
    const { system } = site;
    const secrets = manySecrets(12);
    const { project, vault, path } = await given(secrets, "Brake");
    const page = await site.openPage();
    await page.goto(path);
    for (const name of Object.keys(secrets).slice(0, 8)) await removeSecret(system, project, name);
    await page.getByText("Removals wait for your approval").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Approve removals…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("All 4 secrets are in the vault").waitFor({ timeout: 60_000 });
    expect(system.azure.peek(vault.name, "name-000")).toBeUndefined();
  },
  LONG,
);

test(
  "a sync is disconnected, and what it wrote is removed",
  async () => {
    const { system } = site;
    const { vault, path } = await given(manySecrets(6), "Farewell");
    const page = await site.openPage();
    await page.goto(`${path}/settings`);
    await page.getByRole("button", { name: "Disconnect…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Remove them from the vault").check();
    expect(await dialog.getByRole("button", { name: "Disconnect" }).isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm/).fill("Farewell");
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("This sync is disconnected").waitFor({ timeout: 60_000 });
    expect(system.azure.peek(vault.name, "name-000")).toBeUndefined();
  },
  LONG,
);
