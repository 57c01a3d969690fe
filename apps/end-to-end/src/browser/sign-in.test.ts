import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { inspectPage } from "./inspect.ts";
import { expectStableLayout } from "./layout.ts";
import { untilHeaded } from "./loaded.ts";
import { signIn, startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

describe("signing in, in a browser", () => {
  test("the page for it", async () => {
    const page = await site.openPage({ signedOut: true });
    await inspectPage(page, "sign-in", { address: "/sign-in" });
  }, 120_000);

  test("is where a page leads that needs a session, which it names", async () => {
    const page = await site.openPage({ signedOut: true });
    await page.goto("/ops/queues");
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    const { pathname, searchParams } = new URL(page.url());
    expect([pathname, searchParams.get("next")]).toEqual(["/sign-in", "/ops/queues"]);
  }, 120_000);

  test("with a wrong password is refused, keeps what was typed, and goes on with the right one", async () => {
    const expected = [{ status: 401, path: /^\/v1\/session$/u }];
    const page = await site.openPage({ signedOut: true, expected });
    await page.goto("/w/default/projects?from=a-link");
    const { email, password } = site.system.admin;
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel(/^Password/u).fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("SIGN_IN_FAILED").waitFor();
    expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
    await inspectPage(page, "sign-in-refused", { reload: false });

    await page.getByLabel(/^Password/u).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/w/default/projects");
  }, 120_000);

  test("ends with signing out", async () => {
    const page = await site.openPage({ signedOut: true });
    await signIn(page, site.system.admin);
    await page.getByRole("button", { name: /^Account of/u }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("/w/default/projects");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  }, 120_000);
});

describe("before any script has run, in a browser", () => {
  test("the window has the frame of what comes, and nothing jumps when that does", async () => {
    const page = await site.openPage();
    const scripts = Promise.withResolvers<void>();
    await page.route(/\/assets\/.*\.js$/u, async (route) => {
      await scripts.promise;
      await route.continue();
    });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto("/w/default/projects", { waitUntil: "commit" });
    const frame = page.locator("body > .kv-frame");
    const logo = page.locator("img:visible").first();
    await logo.waitFor();
    const before = await logo.boundingBox();
    const colour = await frame.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(colour).toBe("rgb(12, 15, 19)");
    scripts.resolve();
    await untilHeaded(page);
    await frame.waitFor({ state: "hidden" });
    expect(await logo.boundingBox()).toEqual(before);
    await expectStableLayout(page);
  }, 120_000);
});

describe("an address that is no page, in a browser", () => {
  test("says so", async () => {
    const expected = [{ status: 404, path: /^\/nowhere$/u }];
    const page = await site.openPage({ signedOut: true, expected });
    await inspectPage(page, "not-found", { address: "/nowhere" });
  }, 120_000);
});
