import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { inspectPage } from "./inspect.ts";
import { signIn, startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

describe("one’s own account, in a browser", () => {
  test("the page", async () => {
    const page = await site.openPage();
    await inspectPage(page, "account", { address: "/account" });
  }, 180_000);

  test("takes another name, and a new password for the current one alone", async () => {
    const expected = [{ status: 400, path: /^\/v1\/session\/password$/u }];
    const page = await site.openPage({ expected });
    const { email, password } = site.system.admin;
    await page.goto("/account");
    await page.getByLabel(/^Name/u).fill("Grace Hopper");
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();

    const next = "another password, and longer";
    await page.getByLabel(/^Current password/u).fill("not the password");
    await page.getByLabel(/^New password(?! again)/u).fill(next);
    await page.getByLabel(/^New password again/u).fill(next);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("This isn’t your current password").waitFor();
    expect(await page.getByLabel(/^New password(?! again)/u).inputValue()).toBe(next);

    await page.getByLabel(/^Current password/u).fill(password);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Your password was changed").first().waitFor();
    await signIn(await site.openPage({ signedOut: true }), { email, password: next });
  }, 180_000);
});
