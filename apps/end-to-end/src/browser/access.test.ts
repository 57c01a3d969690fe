import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
  const project = { name: "Webshop", slug: "webshop", teamId: await firstTeam() };
  await site.system.call("POST", "/v1/workspace/default/project", project);
  for (const name of ["development", "production"])
    await site.system.call("POST", "/v1/workspace/default/project/webshop/environment", { name });
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

async function firstTeam(): Promise<string> {
  const { body } = await site.system.call("GET", "/v1/workspace/default/team");
  return (body as ReadonlyArray<{ id: string }>)[0]?.id ?? "";
}

const PASSWORD = "seven brown foxes over the fence";

/** Invites through the members' page. @returns the link, as it is shown there once */
async function inviteByPage(page: Page, email: string, role: "Developer" | "Member"): Promise<string> {
  await page.goto("/w/default/settings/members");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("radio", { name: role }).check();
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const field = page.getByRole("group", { name: "Invitation link" });
  await field.waitFor();
  const link = (await field.innerText()).split("\n").find((line) => line.includes("/invitation#"));
  await page.getByLabel("I have copied it").check();
  await page.getByRole("button", { name: "Done" }).click();
  return link ?? "";
}

/** Follows an invitation's link in a browser of its own, as somebody new. */
async function accept(link: string, name: string): Promise<Page> {
  const page = await site.openPage({ signedOut: true });
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
  return page;
}

describe("people and their roles, in a browser", () => {
  test("the members’ page, and inviting", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/members");
    await inspectPage(page, "members", {
      ready: async () => page.getByText("admin@kvsync.local").first().waitFor(),
    });
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("checkbox", { name: /^Everything/u }).uncheck();
    await page.getByRole("button", { name: "What is in Webshop" }).click();
    await page.getByRole("checkbox", { name: /^production/u }).check();
    await inspectPage(page, "members-invite", { reload: false });
  }, 240_000);

  test("an invited developer joins, sees secrets and no syncs; a link works once", async () => {
    const admin = await site.openPage();
    const link = await inviteByPage(admin, "dev@example.com", "Developer");
    await admin.getByRole("table", { name: "Invitations" }).getByText("dev@example.com").waitFor();

    const guest = await site.openPage({ signedOut: true });
    await guest.goto(link);
    await guest.getByLabel("Your name").waitFor();
    await inspectPage(guest, "invitation", {
      ready: async () => guest.getByLabel("Your name").waitFor(),
    });

    const developer = await accept(link, "Dev Eloper");
    const navigation = developer.getByRole("navigation", { name: "Workspace" });
    await navigation.getByRole("link", { name: "Webshop" }).waitFor();
    expect(await navigation.getByRole("link", { name: /Overview|Syncs|Members|Audit/u }).count()).toBe(0);

    const late = await site.openPage({
      signedOut: true,
      expected: [{ status: 404, path: /^\/v1\/invitations\/look$/u }],
    });
    await late.goto(link);
    await late.getByRole("heading", { name: "This invitation isn’t open" }).waitFor();
    await inspectPage(late, "invitation-over", {
      ready: async () => late.getByRole("heading", { name: "This invitation isn’t open" }).waitFor(),
    });
  }, 240_000);

  test("a password that is too weak is refused at its field, with what was typed kept", async () => {
    const link = await inviteByPage(await site.openPage(), "weak@example.com", "Member");
    const page = await site.openPage({
      signedOut: true,
      expected: [{ status: 400, path: /^\/v1\/invitations\/accept$/u }],
    });
    await page.goto(link);
    await page.getByLabel("Your name").fill("Weak");
    await page.getByLabel("Choose a password").fill("short");
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("Must have at least 12 characters").first().waitFor();
    expect(await page.getByLabel("Your name").inputValue()).toBe("Weak");
  }, 120_000);

  test("a member is refused what admins may, and another workspace isn’t found", async () => {
    const link = await inviteByPage(await site.openPage(), "reader@example.com", "Member");
    const expected = [{ status: 403, path: /^\/v1\//u }];
    const page = await accept(link, "Only Reads");
    const context = page.context();
    const second = await site.openPage({ signedOut: true, expected });
    await second.context().addCookies(await context.cookies());
    await second.goto("/w/default/settings/members");
    await second.getByText("You may not see this").waitFor();
    await inspectPage(second, "members-refused", {
      ready: async () => second.getByText("You may not see this").waitFor(),
    });
    await second.goto("/w/default/settings/audit");
    await second.getByText("You may not see this").waitFor();
    await second.goto("/w/somebody-elses/settings/members");
    await second.getByText("There is nothing at this address").waitFor();
  }, 240_000);

  test("an admin changes a member’s role, and removes them", async () => {
    const admin = await site.openPage();
    const link = await inviteByPage(admin, "mover@example.com", "Member");
    await accept(link, "Moves On");
    await admin.goto("/w/default/settings/members");
    const row = admin.getByRole("row", { name: /Moves On/u });
    await row.getByRole("button", { name: "Actions for Moves On" }).click();
    await admin.getByRole("menuitem", { name: "Change role or scope" }).click();
    await admin.getByRole("radio", { name: "Developer" }).check();
    await admin.getByRole("button", { name: "Save" }).click();
    await row.getByText("Developer").waitFor();

    await row.getByRole("button", { name: "Actions for Moves On" }).click();
    await admin.getByRole("menuitem", { name: "Remove" }).click();
    await admin.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
  }, 120_000);
});
