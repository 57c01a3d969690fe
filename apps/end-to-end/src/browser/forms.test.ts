import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@kvsync/testing";
import type { Locator, Page } from "playwright-core";
import { connectSync, createSync, givenProject, givenVault, ok } from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { acrossTheEndOfASession } from "./session-end.ts";
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

const acrossTheEnd = async (page: Page, act: () => Promise<void>): Promise<void> =>
  acrossTheEndOfASession(page, site, act);

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
      await acrossTheEnd(page, async () => create.click());
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
      await acrossTheEnd(page, async () => {
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
      await acrossTheEnd(page, async () => save("Save connection"));
      await page.getByText("The connection was saved").first().waitFor();

      const reads = field("Other requests to the vault in ten seconds");
      const saved = async (): Promise<number | null> =>
        (await ok<{ vaultReadsPer10s: number | null }>(system, "GET", `/v1/sync/${syncId}`)).vaultReadsPer10s;
      for (const [typed, vaultReadsPer10s] of [
        ["40", 40],
        ["", null],
      ] as const) {
        await reads.fill(typed);
        await save("Save policies");
        await until("it is saved", async () => (await saved()) === vaultReadsPer10s);
      }

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

  test(
    "invitations, tokens and the account",
    async () => {
      const { admin } = site.system;
      const page = await openPage();
      await page.goto("/w/default/settings/members");
      await page.getByRole("button", { name: "Invite" }).click();
      const email = dialog(page).getByRole("textbox", { name: "E-mail" });
      const invite = dialog(page).getByRole("button", { name: "Create invitation" });
      await email.fill(admin.email);
      await dialog(page).getByRole("radio", { name: "Member" }).check();
      await invite.click();
      await expectProblem(email, /is a member already/u);
      await dialog(page)
        .getByRole("checkbox", { name: /^Everything/u })
        .uncheck();
      await email.fill("new@example.com");
      await invite.click();
      await dialog(page).getByText("Choose at least one place").waitFor();
      expect(await email.inputValue()).toBe("new@example.com");
      expect(await dialog(page).getByRole("radio", { name: "Member" }).isChecked()).toBe(true);
      await dialog(page)
        .getByRole("checkbox", { name: /^Everything/u })
        .check();
      await acrossTheEnd(page, async () => invite.click());
      await dialog(page).getByLabel("I have copied it").check();
      await dialog(page).getByRole("button", { name: "Done" }).click();
      await page.getByRole("table", { name: "Invitations" }).getByText("new@example.com").waitFor();

      await page.goto("/w/default/settings/tokens");
      await page.getByRole("button", { name: "New token" }).first().click();
      const name = dialog(page).getByRole("textbox", { name: "Name" });
      const create = dialog(page).getByRole("button", { name: "Create token" });
      await name.fill("   ");
      await dialog(page)
        .getByRole("checkbox", { name: /^Everything/u })
        .check();
      await create.click();
      await expectProblem(name, /./u);
      await name.fill("deploy");
      await dialog(page).getByRole("radio", { name: "Read and write" }).check();
      await acrossTheEnd(page, async () => create.click());
      await dialog(page).getByLabel("I have copied it").check();
      await dialog(page).getByRole("button", { name: "Done" }).click();
      const made = page.getByRole("row").filter({ hasText: "deploy" });
      await made.getByText("Read and write").waitFor();

      await page.goto("/account");
      const own = page.getByRole("region", { name: "Profile" }).getByRole("textbox", { name: "Name" });
      await own.fill("   ");
      await page.getByRole("button", { name: "Save name" }).click();
      await expectProblem(own, /./u);
      await own.fill("Ada Lovelace");
      await acrossTheEnd(page, async () => page.getByRole("button", { name: "Save name" }).click());
      await page.getByRole("button", { name: "Account of Ada Lovelace" }).waitFor();
      const field = (label: string): Locator => page.getByLabel(new RegExp(`^${label}( \\*)?$`, "u"));
      const change = page.getByRole("button", { name: "Change password" });
      await field("Current password").fill("not the password");
      await field("New password").fill("seven brown foxes");
      await field("New password again").fill("seven brown boxes");
      await change.click();
      await page.getByText("This isn’t the same as the new password").waitFor();
      await field("New password again").fill("seven brown foxes");
      await change.click();
      await page.getByText("This isn’t your current password").waitFor();
      await field("Current password").fill(admin.password);
      for (const label of ["New password", "New password again"]) await field(label).fill("short");
      await change.click();
      await page.getByText("Must have at least 12 characters").waitFor();
      expect(await field("Current password").inputValue()).toBe(admin.password);
    },
    LONG,
  );
});
