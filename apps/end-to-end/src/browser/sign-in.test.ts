import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

describe("signing in, in a browser", () => {
  test("the page for it", async () => {
    const page = await site.openPage({ signedOut: true });
    await page.goto("/sign-in");
    await inspectPage(page, "sign-in");
  }, 120_000);

  test("leads to where one wanted to go", async () => {
    const page = await site.openPage({ signedOut: true });
    await page.goto("/ops/queues");
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.getByLabel("Token").fill(site.system.adminToken);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/ops/queues");
  }, 120_000);

  test("says when it is refused", async () => {
    const expected = [{ status: 401, path: /^\/sign-in$/u }];
    const page = await site.openPage({ signedOut: true, expected });
    await page.goto("/sign-in");
    await page.getByLabel("Token").fill("ek_live_not-a-token");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("isn't valid");
    await inspectPage(page, "sign-in-refused", { reload: false });
  }, 120_000);
});
