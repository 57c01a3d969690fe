import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { createSync, givenProject, ok, type TestProject } from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
let project: TestProject;
beforeAll(async () => {
  site = await startSite();
  project = await givenProject(site.system, { DATABASE_URL: "postgres://a-value", API_KEY: "another-value" });
  await ok(site.system, "GET", `${project.path}/secret`);
  await ok(site.system, "GET", `${project.path}/secret/DATABASE_URL`);
}, 180_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

const entry = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first();

/** More than one page of entries, of which the oldest is the sign of the second. */
async function renameOften(): Promise<void> {
  const [team] = await ok<Array<{ id: string }>>(site.system, "GET", "/v1/workspace/default/team");
  for (let count = 0; count < 120; count += 1)
    await ok(site.system, "PATCH", `/v1/workspace/default/team/${team?.id}`, { name: `Team ${count}` });
}

describe("the audit log, in a browser", () => {
  test("shows who did what, with all that an entry holds and no value, back to the first", async () => {
    const page = await site.openPage();
    await inspectPage(page, "audit", {
      address: "/w/default/settings/audit",
      ready: () => entry(page, "Values read").waitFor(),
    });
    await page.getByRole("link", { name: "Audit log" }).waitFor();
    await page.getByText("2 secrets").waitFor();
    await entry(page, "Values read").click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("secret.viewed").waitFor();
    await drawer.getByText("DATABASE_URL").first().waitFor();
    await drawer.getByText("test admin").waitFor();
    await inspectPage(page, "audit-entry", { reload: false, ready: () => drawer.waitFor() });
    expect(await page.content()).not.toContain("a-value");
    // Its address opens it, also where the list leaves it out.
    const link = new URL(page.url());
    link.searchParams.set("action", "team.renamed");
    await page.goto(link.href);
    await drawer.getByText("secret.viewed").waitFor();
    await drawer.getByRole("button", { name: "Close" }).click();
    await drawer.waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("?action=team.renamed");
    await renameOften();
    await page.goto("/w/default/settings/audit?action=team.renamed");
    await page.getByText("Team 119").waitFor();
    const first = page.getByText("Team 0", { exact: true });
    while ((await first.count()) === 0) {
      await page.mouse.move(800, 600);
      await page.mouse.wheel(0, 4_000);
      await page.evaluate(async () => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    await first.waitFor();
  }, 300_000);

  test("is searched by what stands in its address", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/audit");
    await entry(page, "Team renamed").waitFor();
    await page.getByRole("combobox", { name: "Action" }).fill("signed");
    await page.getByRole("option", { name: "Signed in" }).click();
    await entry(page, "Team renamed").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("action")).toBe("session.begun");
    await page.reload();
    await entry(page, "Signed in").waitFor();
    await page.getByRole("combobox", { name: "Who" }).click();
    await page.getByRole("option", { name: /^test admin/u }).click();
    await page.getByText("Nothing matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await entry(page, "Team renamed").waitFor();
  }, 240_000);

  test("says what is wrong where it isn't whole, and what to do", async () => {
    const { database } = site.system;
    const { id: workspaceId } = await database.workspace.findFirstOrThrow();
    const found = {
      verifiedAt: new Date(),
      brokenSince: new Date(),
      sequence: 9,
      problem: "ENTRY_MISSING",
      problemAt: 7,
    };
    await database.auditVerification.upsert({
      where: { workspaceId },
      create: { workspaceId, ...found },
      update: found,
    });
    const page = await site.openPage();
    await page.goto("/w/default/settings/audit");
    await page.getByText("Audit entry 7 is missing.").waitFor();
  }, 120_000);

  test("of one sync names who acted", async () => {
    const syncId = await createSync(site.system, project);
    const page = await site.openPage();
    await page.goto(`/w/default/syncs/${syncId}/activity`);
    await page.getByText("Sync created").waitFor();
    await page.getByText("test admin").waitFor();
  }, 120_000);
});
