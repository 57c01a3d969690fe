import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { givenProject, ok, type TestProject } from "../scenario.ts";
import { inspectPage } from "./inspect.ts";
import { signIn, startSite, type Site } from "./site.ts";

let site: Site;
let project: TestProject;
let address: string;
beforeAll(async () => {
  site = await startSite();
}, 180_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

const SECRET = "s3cret-of-the-shop";

async function given(variables: Readonly<Record<string, string>>): Promise<void> {
  project = await givenProject(site.system, variables);
  address = `/w/default/projects/${project.path.split("/").at(-1)}/secrets`;
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
const panel = (page: Page) => page.getByRole("dialog");
/** The panel is there, and nothing in it has the focus. */
async function settled(page: Page): Promise<void> {
  await panel(page).waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}
type Shown = Readonly<{ id: string; name: string; note: string; values: Array<{ value: string }> }>;
const stored = (name: string): Promise<Shown> => ok(site.system, "GET", `${project.path}/secret/${name}`);

/** A page of somebody with this role. */
async function openAs(role: "developer" | "member"): Promise<Page> {
  const { database, admin } = site.system;
  const { passwordHash } = await database.user.findUniqueOrThrow({ where: { email: admin.email } });
  const { id: workspaceId } = await database.workspace.findUniqueOrThrow({ where: { slug: "default" } });
  const email = `${role}@example.com`;
  const { id: userId } = await database.user.create({ data: { email, name: role, passwordHash } });
  const scope = { all: true, teams: [], projects: [], environments: [] };
  await database.member.create({ data: { workspaceId, userId, role, scope } });
  const page = await site.openPage({ signedOut: true });
  await signIn(page, { email, password: admin.password });
  return page;
}

describe("a project's secrets, in a browser", () => {
  test("are empty at first, and one is added", async () => {
    await given({});
    const page = await site.openPage();
    const ready = (): Promise<void> => page.getByText("No secrets yet").waitFor();
    await inspectPage(page, "secrets-empty", { address, ready });
    await page.getByRole("button", { name: "Add secret" }).click();
    await panel(page).getByLabel("Name").fill("API_KEY");
    await panel(page).getByLabel("Value").fill(`${SECRET}\nsecond line`);
    await inspectPage(page, "secrets-add", { reload: false, ready: () => settled(page) });
    await panel(page).getByRole("button", { name: "Add secret" }).click();
    await row(page, "API_KEY").waitFor();
    expect((await stored("API_KEY")).values).toMatchObject([{ value: `${SECRET}\nsecond line` }]);
  }, 300_000);

  test("show a value only when they are asked, for a while, and never in the address", async () => {
    await given({ API_KEY: SECRET, OTHER: "other", [`LONG_${"NAME_".repeat(45)}`]: "long" });
    const page = await site.openPage();
    await inspectPage(page, "secrets", {
      address,
      ready: () => row(page, "API_KEY").or(page.getByText("API_KEY")).first().waitFor(),
    });
    await row(page, "API_KEY").waitFor();
    expect(await page.content()).not.toContain(SECRET);
    await page.getByRole("button", { name: "Show the value of API_KEY" }).click();
    await page.getByText(SECRET).waitFor();
    expect(page.url()).not.toContain(SECRET);
    await page.getByRole("button", { name: "Hide the value of API_KEY" }).click();
    await page.getByText(SECRET).waitFor({ state: "detached" });
  }, 300_000);

  test("are changed in a panel, and what is typed isn't thrown away without a question", async () => {
    await given({ API_KEY: SECRET });
    const page = await site.openPage();
    await page.goto(address);
    await page.getByRole("button", { name: "API_KEY", exact: true }).click();
    await panel(page).getByRole("button", { name: "Edit the value in production" }).click();
    const value = panel(page).getByRole("textbox", { name: "Value in production" });
    await value.fill("changed");
    await panel(page).getByLabel("Note").fill("Rotated in May");
    await inspectPage(page, "secret-edit", { reload: false, ready: () => settled(page) });
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await value.inputValue()).toBe("changed");
    await panel(page).getByRole("button", { name: "Save changes" }).click();
    await panel(page).waitFor({ state: "detached" });
    expect(await stored("API_KEY")).toMatchObject({ note: "Rotated in May", values: [{ value: "changed" }] });
    await page.getByRole("button", { name: "API_KEY", exact: true }).click();
    const history = panel(page).getByText("changed the value in production and changed the note");
    await history.waitFor();

    // Its address opens it, too, and Back closes it, but not over what was typed.
    await page.reload();
    await history.waitFor();
    await panel(page).getByLabel("Note").fill("Rotated in June");
    await page.goBack();
    await page.getByText("Throw away what you typed?").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await panel(page).getByLabel("Note").inputValue()).toBe("Rotated in June");
    await panel(page).getByRole("button", { name: "Save changes" }).click();
    await panel(page).waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("");
    await page.getByRole("button", { name: "API_KEY", exact: true }).click();
    await history.waitFor();
    await page.goBack();
    await panel(page).waitFor({ state: "detached" });
  }, 300_000);

  test("show both versions when somebody else was faster, and lose neither", async () => {
    await given({ API_KEY: SECRET });
    const page = await site.openPage({ expected: [{ status: 412, path: /\/secret\/[^/]+$/u }] });
    await page.goto(address);
    await page.getByRole("button", { name: "API_KEY", exact: true }).click();
    await panel(page).getByRole("button", { name: "Edit the value in production" }).click();
    await panel(page).getByRole("textbox", { name: "Value in production" }).fill("mine");
    const { id } = await stored("API_KEY");
    const theirs = {
      values: [{ environmentId: project.environmentId, value: "theirs" }],
      note: "theirs too",
    };
    await ok(site.system, "PATCH", `${project.path}/secret/${id}`, theirs);
    await panel(page).getByRole("button", { name: "Save changes" }).click();
    await panel(page).getByText("Somebody else changed this secret").waitFor();
    await panel(page).getByText("theirs", { exact: true }).waitFor();
    expect(await panel(page).getByRole("textbox", { name: "Value in production" }).inputValue()).toBe("mine");
    expect((await stored("API_KEY")).values).toMatchObject([{ value: "theirs" }]);
    await inspectPage(page, "secret-conflict", { reload: false, ready: () => settled(page) });
    await panel(page).getByRole("button", { name: "Save mine" }).click();
    await panel(page).waitFor({ state: "detached" });
    expect(await stored("API_KEY")).toMatchObject({ note: "theirs too", values: [{ value: "mine" }] });
  }, 300_000);

  test("come from a file whose changes are shown before they are made", async () => {
    await given({ API_KEY: SECRET, SAME: "same" });
    const page = await site.openPage();
    await page.goto(address);
    await page.getByRole("button", { name: "Import .env" }).click();
    const content = panel(page).getByLabel("Content");
    await content.fill("API_KEY=changed\nSAME=same\nNEW='new'\nnot a variable\nNEW=newer");
    await panel(page).getByRole("button", { name: "Show what changes" }).click();
    await panel(page).getByText("Nothing can be imported before this is mended").waitFor();
    await inspectPage(page, "secrets-import", { reload: false, ready: () => settled(page) });
    const dropped = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], ".env"));
      return transfer;
    }, "API_KEY=changed\nSAME=same\nNEW=newer");
    await content.dispatchEvent("drop", { dataTransfer: dropped });
    await panel(page).getByRole("button", { name: "Show what changes" }).click();
    await panel(page).getByText("1 changed, 1 new, 1 same.").waitFor();
    expect((await stored("API_KEY")).values).toMatchObject([{ value: SECRET }]);
    await panel(page).getByRole("button", { name: "Import 2 secrets" }).click();
    await row(page, "NEW").waitFor();
    expect((await stored("API_KEY")).values).toMatchObject([{ value: "changed" }]);
  }, 300_000);

  test("are deleted after a question", async () => {
    await given({ API_KEY: SECRET, OTHER: "other" });
    const page = await site.openPage();
    await page.goto(address);
    // By what they are sorted stands in the address.
    const sort = page.getByRole("columnheader", { name: "Name" }).getByRole("button");
    await sort.click();
    await sort.click();
    await page.waitForURL(/[?&]sort=-name/u);
    await page.reload();
    await page.getByRole("row").nth(1).filter({ hasText: "OTHER" }).waitFor();
    await page.getByLabel("Choose API_KEY").check();
    await page.getByRole("button", { name: "Delete 1" }).click();
    await page.getByRole("button", { name: "Delete secret" }).click();
    await row(page, "API_KEY").waitFor({ state: "detached" });
    const left = await ok<Shown[]>(site.system, "GET", `${project.path}/secret`);
    expect(left.map(({ name }) => name)).toEqual(["OTHER"]);
  }, 120_000);

  test("are read by a member, who is offered no change, and neither hears of syncs", async () => {
    await given({ API_KEY: SECRET });
    const page = await openAs("member");
    await page.goto(address);
    await page.getByRole("button", { name: "Show the value of API_KEY" }).click();
    await page.getByText(SECRET).waitFor();
    expect(await page.getByRole("button", { name: "Add secret" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Syncs" }).count()).toBe(0);
    await page.getByRole("button", { name: "API_KEY", exact: true }).click();
    await panel(page).getByLabel("Name").waitFor();
    expect(
      await panel(page)
        .getByRole("button", { name: /Save|Edit|Remove/u })
        .count(),
    ).toBe(0);
  }, 120_000);

  test("ten thousand of them are drawn as far as they are in view, and searched at once", async () => {
    await given({});
    for (let start = 0; start < 10_000; start += 2_000) {
      const secrets = Array.from({ length: 2_000 }, (_, index) => ({
        key: `NAME_${start + index}`,
        value: "v",
      }));
      await ok(site.system, "POST", `${project.path}/secret`, {
        environments: [project.environmentId],
        secrets,
      });
    }
    const page = await site.openPage();
    await page.goto(address);
    await page.getByText("10,000 secrets").waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(120);
    await page.getByLabel("Search secrets").fill("NAME_9999");
    await page.getByText("1 of 10,000 secrets").waitFor();
    await row(page, "NAME_9999").waitFor();
  }, 300_000);
});
