import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { inspectPage } from "./inspect.ts";
import { startSite, type Site } from "./site.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
  const { body } = await site.system.call("GET", "/v1/workspace/default/team");
  const teamId = (body as ReadonlyArray<{ id: string }>)[0]?.id;
  // More than one page of entries, of which the oldest is the sign of the second.
  for (let count = 0; count < 120; count += 1) {
    const project = { name: `Project ${count}`, slug: `project-${count}`, teamId };
    await site.system.call("POST", "/v1/workspace/default/project", project);
  }
}, 120_000);
afterEach(async () => site.closePages());
afterAll(async () => site.stop());

describe("the audit log, in a browser", () => {
  test("shows who did what, with all that an entry holds", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/audit");
    const made = page.getByRole("button", { name: "Project created" }).first();
    await inspectPage(page, "audit", { ready: async () => made.waitFor() });
    await made.click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("project.created").waitFor();
    await drawer.getByText("Project 119").first().waitFor();
    await inspectPage(page, "audit-entry", { reload: false });
  }, 240_000);

  test("loads older entries as one scrolls, up to the first", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/audit?action=project.created");
    await page.getByText("Project 119").waitFor();
    const first = page.getByText("Project 0", { exact: true });
    while ((await first.count()) === 0) {
      await page.mouse.move(800, 600);
      await page.mouse.wheel(0, 4_000);
      await page.evaluate(async () => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    await first.waitFor();
  }, 120_000);

  test("is searched by what stands in its address", async () => {
    const page = await site.openPage();
    await page.goto("/w/default/settings/audit");
    await page.getByRole("button", { name: "Project created" }).first().waitFor();
    await page.getByRole("combobox", { name: "Action" }).fill("sign-in succ");
    await page.getByRole("option", { name: "Sign-in succeeded" }).click();
    await page.getByRole("button", { name: "Sign-in succeeded" }).first().waitFor();
    await page.getByRole("button", { name: "Project created" }).first().waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("action")).toBe("sign-in.succeeded");
    await page.reload();
    await page.getByRole("button", { name: "Sign-in succeeded" }).first().waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "Project created" }).first().waitFor();
  }, 120_000);
});
