import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { takePicture } from "./screenshot.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

/** Its page comes from a package, which we can't hold to our standard of accessibility (see the README). */
describe("Bull Board, in a browser", () => {
  test("shows every queue, without an error and without asking anybody else for anything", async () => {
    const page = await site.openPage();
    await page.goto("/ops/queues");
    for (const name of ["runs", "validations", "plans", "upkeep"])
      await page.getByRole("link", { name }).first().waitFor();
    expect(await page.title()).toContain("kvsync");
    await takePicture(page, "board", "light");
  }, 120_000);
});
