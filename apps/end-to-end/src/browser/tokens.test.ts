import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

/** The token that the dialog shows once; closes it as it wants to be closed. */
async function takeToken(page: Page): Promise<string> {
  const field = page.getByRole("group", { name: "Token", exact: true });
  await field.waitFor();
  const token = /ek_live_\S+/u.exec(await field.innerText())?.[0] ?? "";
  expect(await page.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await field.waitFor();
  await page.getByLabel("I have copied it").check();
  await page.getByRole("button", { name: "Done" }).click();
  await field.waitFor({ state: "detached" });
  return token;
}

const works = async (token: string): Promise<boolean> => {
  const { status } = await site.system.call("GET", "/v1/me", undefined, token);
  return status === 200;
};

describe("API tokens, in a browser", () => {
  test("is made, works, is rotated, and revoked; its value is shown once", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/tokens");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByLabel(/^Name/u).fill("deploy");
    await page.getByRole("button", { name: "Create token" }).click();
    await page.getByText("Choose at least one place").waitFor();
    await inspectPage(page, "tokens-new", { reload: false });

    await page.getByRole("checkbox", { name: /^Everything/u }).check();
    await page.getByRole("button", { name: "Create token" }).click();
    const first = await takeToken(page);
    expect(await works(first)).toBe(true);
    await inspectPage(page, "tokens", { ready: async () => page.getByText("deploy").first().waitFor() });
    expect(await page.content()).not.toContain(first);

    await page.getByRole("button", { name: "Actions for deploy" }).click();
    await page.getByRole("menuitem", { name: "Rotate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
    const second = await takeToken(page);
    expect([await works(first), await works(second)]).toEqual([false, true]);

    await page.getByRole("button", { name: "Actions for deploy" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("deploy was revoked").first().waitFor();
    expect(await works(second)).toBe(false);
    await page.getByLabel(/that expired or were revoked/u).check();
    await page.getByText("Revoked", { exact: true }).first().waitFor();
  }, 300_000);
});
