import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { connectSync, createSync, givenProject, givenVault, ok } from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { pagesOf } from "./set-up-walk.ts";
import { startSite, type Site } from "./site.ts";

const LONG = 300_000;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, LONG);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

/** A page in which answers that refuse what was typed, or ask to sign in again, are what is tested. */
const openPage = async (): Promise<Page> =>
  site.openPage({ expected: [400, 401, 409].map((status) => ({ status, path: /^\/v1\//u })) });
const dialog = (page: Page): Locator => page.getByRole("dialog").last();

/** What stands at a field as its problem. */
async function expectProblem(field: Locator, problem: RegExp): Promise<void> {
  await field.and(field.page().locator("[aria-invalid=true]")).waitFor();
  const text = await field.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.querySelector(`[id="${id}"]`)?.textContent)
      .join(" "),
  );
  expect(text).toMatch(problem);
}

/** Ends the session while somebody types, does what needs one, and signs in again in place. */
async function acrossTheEndOfASession(page: Page, act: () => Promise<void>): Promise<void> {
  await page.context().clearCookies();
  await act();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.getByRole("textbox", { name: "Password" }).fill(site.system.admin.password);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  await again.waitFor({ state: "detached" });
}

describe("what is wrong stands at its field, what was typed stays, and a session’s end costs nothing", () => {
  test(
    "projects and environments",
    async () => {
      const { system } = site;
      await ok(system, "POST", "/v1/workspace/default/project", {
        name: "Taken",
        slug: "taken",
        teamId: (await ok<[{ id: string }]>(system, "GET", "/v1/workspace/default/team"))[0].id,
      });
      const page = await openPage();
      await page.goto("/w/default/projects");
      await page.getByRole("button", { name: "New project" }).click();
      const name = dialog(page).getByRole("textbox", { name: "Name" });
      const slug = dialog(page).getByRole("textbox", { name: "Slug" });
      const create = dialog(page).getByRole("button", { name: "Create project" });
      await name.fill("Web shop");
      await slug.fill("Not a slug");
      await create.click();
      await expectProblem(slug, /lower-?case|letters/iu);
      await slug.fill("taken");
      await create.click();
      await expectProblem(slug, /Another project has this slug/u);
      expect(await name.inputValue()).toBe("Web shop");
      await slug.fill("web-shop");
      await acrossTheEndOfASession(page, async () => create.click());
      await page.getByRole("heading", { level: 1, name: "Web shop" }).waitFor();

      const address = "/w/default/projects/web-shop";
      await inspectPage(page, "project-settings", {
        address: `${address}/settings`,
        ready: async () => page.getByText("Not synced").first().waitFor(),
      });
      await page.getByRole("textbox", { name: "Slug" }).fill("taken");
      await page.getByRole("textbox", { name: "Name" }).fill("The shop");
      await page.getByRole("button", { name: "Save project" }).click();
      await expectProblem(page.getByRole("textbox", { name: "Slug" }), /Another project/u);
      expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("The shop");
      await page.getByRole("textbox", { name: "Slug" }).fill("the-shop");
      await page.getByRole("button", { name: "Save project" }).click();
      await page.waitForURL(/\/projects\/the-shop\/settings$/u);
      await page.getByRole("navigation", { name: "Breadcrumbs" }).getByText("The shop").waitFor();

      await page.getByRole("button", { name: "Change staging" }).click();
      const environment = dialog(page).getByRole("textbox", { name: "Name" });
      await environment.fill("production");
      await dialog(page).getByRole("button", { name: "Save environment" }).click();
      await expectProblem(environment, /has an environment of this name/u);
      await environment.fill("acceptance");
      await dialog(page).getByRole("button", { name: "Save environment" }).click();
      await page.getByRole("button", { name: "Delete acceptance" }).click();
      const sure = dialog(page).getByRole("button", { name: "Delete environment" });
      expect(await sure.isDisabled()).toBe(true);
      await dialog(page)
        .getByLabel(/to confirm/)
        .fill("acceptance");
      await sure.click();
      await page.getByRole("button", { name: "Delete acceptance" }).waitFor({ state: "detached" });

      await page.getByRole("button", { name: "Delete project…" }).click();
      await dialog(page)
        .getByLabel(/to confirm/)
        .fill("the-shop");
      await dialog(page).getByRole("button", { name: "Delete project" }).click();
      await page.getByText("The shop was deleted").first().waitFor();
      await page.waitForURL(/\/projects$/u);
      await page.getByRole("link", { name: "Settings of The shop" }).waitFor({ state: "detached" });
    },
    LONG,
  );

  test(
    "secrets, whose values are kept nowhere but in the form",
    async () => {
      const project = await givenProject(site.system, { FIRST: "1", SECOND: "2" });
      const page = await openPage();
      await page.goto(`${pagesOf(project)}/secrets`);
      await page.getByRole("button", { name: "Add secret" }).click();
      const name = dialog(page).getByRole("textbox", { name: "Name" });
      const value = dialog(page).getByRole("textbox", { name: "Value" });
      const add = dialog(page).getByRole("button", { name: "Add secret" });
      await name.fill("no spaces");
      await value.fill("typed-and-kept");
      await add.click();
      await expectProblem(name, /Letters, digits/u);
      await name.fill("FIRST");
      await add.click();
      await expectProblem(name, /has a value there already/u);
      expect(await value.inputValue()).toBe("typed-and-kept");
      await name.fill("THIRD");
      await acrossTheEndOfASession(page, async () => {
        await add.click();
        await page.getByRole("dialog", { name: "Sign in again" }).waitFor();
        const stored = await page.evaluate(() =>
          [localStorage, sessionStorage].flatMap((storage) => Object.values<unknown>(storage)).join("\n"),
        );
        expect(stored).not.toContain("typed-and-kept");
      });
      await page.getByRole("button", { name: "THIRD", exact: true }).click();
      const renamed = dialog(page).getByRole("textbox", { name: "Name" });
      await renamed.fill("SECOND");
      await dialog(page).getByRole("button", { name: "Save changes" }).click();
      await expectProblem(renamed, /Another secret has this name/u);
      await renamed.fill("FOURTH");
      await dialog(page).getByRole("button", { name: "Save changes" }).click();
      await page.getByRole("button", { name: "FOURTH", exact: true }).waitFor();
      const stored = await ok<{ values: unknown }>(site.system, "GET", `${project.path}/secret/FOURTH`);
      expect(stored.values).toMatchObject([{ value: "typed-and-kept" }]);
    },
    LONG,
  );

  test(
    "a sync’s settings and plan, and what hangs on the sync",
    async () => {
      const { system } = site;
      const project = await givenProject(system, { FIRST: "1" });
      const vault = await givenVault(system);
      const syncId = await createSync(system, project);
      await connectSync(system, syncId, vault);
      const page = await openPage();
      await page.goto(`/w/default/syncs/${syncId}/settings`);
      const field = (label: string): Locator => page.getByRole("textbox", { name: label });
      const save = async (button: string): Promise<void> =>
        page.getByRole("button", { name: button }).click();
      await field("Name").first().fill("   ");
      await save("Save name");
      await expectProblem(field("Name").first(), /./u);
      await field("Tenant ID").fill("not a guid");
      await field("Prefix").fill("under_score");
      await save("Save connection");
      await expectProblem(field("Tenant ID"), /guid/iu);
      await expectProblem(field("Prefix"), /./u);
      await field("Tenant ID").fill(vault.tenantId);
      await field("Prefix").fill("");
      await field("Key Vault URL").fill("https://example.com");
      await save("Save connection");
      await expectProblem(field("Key Vault URL"), /vault/iu);
      expect(await field("Tenant ID").inputValue()).toBe(vault.tenantId);
      await field("Key Vault URL").fill(vault.vaultUrl);
      await acrossTheEndOfASession(page, async () => save("Save connection"));
      await page.getByText("The connection was saved").first().waitFor();

      await page.getByLabel("How often").first().click();
      await page.getByRole("option", { name: "A cron expression" }).click();
      await field("Cron expression").fill("every night");
      await save("Save schedule");
      await expectProblem(field("Cron expression"), /./u);
      expect(await field("Cron expression").inputValue()).toBe("every night");

      await page.goto(`${pagesOf(project)}/settings`);
      await page.getByText("A sync hangs on this project").waitFor();
      expect(await page.getByRole("button", { name: "Delete project…" }).count()).toBe(0);
    },
    LONG,
  );
});
