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

  test("is where a page leads that needs a session, which it names", async () => {
    const page = await site.openPage({ signedOut: true });
    await page.goto("/ops/queues");
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    const { pathname, searchParams } = new URL(page.url());
    expect([pathname, searchParams.get("next")]).toEqual(["/sign-in", "/ops/queues"]);
  }, 120_000);
});

describe("an address that is no page, in a browser", () => {
  test("says so", async () => {
    const expected = [{ status: 404, path: /^\/nowhere$/u }];
    const page = await site.openPage({ signedOut: true, expected });
    await page.goto("/nowhere");
    await inspectPage(page, "not-found");
  }, 120_000);
});
