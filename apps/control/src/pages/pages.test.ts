import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signedInBrowser, type Browser } from "../testing/browser.ts";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenForeignWorkspace, givenProject, ok } from "../testing/given.ts";
import { givenPerson } from "../testing/people.ts";

let control: TestControl;
let browser: Browser;
let syncId: string;
beforeAll(async () => {
  control = await startControl();
  browser = await signedInBrowser(control);
});
afterAll(() => control.stop());
beforeAll(async () => {
  syncId = await givenActiveSync(control, await givenProject(control));
});

const stateOf = async (id: string): Promise<string> =>
  (await ok<{ state: string }>(control, "GET", `/v1/sync/${id}`)).state;

describe("the pages", () => {
  test("show names as text, whatever they hold", async () => {
    const name = `<script>alert(1)</script>"'&`;
    await ok(control, "PATCH", `/v1/sync/${syncId}`, { name });
    const { text, headers } = await browser.visit(`/syncs/${syncId}`);
    expect(text).not.toContain("<script");
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("pause, resume and run a sync, and lead back to it", async () => {
    for (const [action, state] of [
      ["pause", "paused"],
      ["resume", "active"],
      ["run", "active"],
    ] as const) {
      const { status, headers } = await browser.submit(`/syncs/${syncId}/${action}`);
      expect(status).toBe(303);
      expect(headers.get("location")).toBe(`/syncs/${syncId}`);
      expect(await stateOf(syncId)).toBe(state);
    }
  });

  test("take no form from another site, nor from who isn't an admin or can only read", async () => {
    const { token: developer } = await control.token({ role: "developer" });
    const { token: reader } = await control.token({ role: "admin", permission: "read" });
    const path = `/syncs/${syncId}/pause`;
    expect((await browser.submit(path, {}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    for (const token of [developer, reader])
      expect((await control.ask("POST", path, { token })).status).toBe(403);
    const other = await signedInBrowser(control, await givenPerson(control, { role: "developer" }));
    expect((await other.submit(path)).status).toBe(403);
    expect((await control.ask("POST", path, { token: null })).status).toBe(401);
    expect(await stateOf(syncId)).toBe("active");
  });

  test("of another workspace's sync are not found", async () => {
    const foreign = await givenForeignWorkspace(control);
    expect((await browser.visit(`/syncs/${foreign.syncId}`)).status).toBe(404);
    expect((await browser.submit(`/syncs/${foreign.syncId}/pause`)).status).toBe(404);
  });

  test("refuse other methods with 405", async () => {
    for (const [path, allow] of [
      [`/syncs/${syncId}`, "GET, HEAD"],
      ["/pages.css", "GET, HEAD"],
    ] as const) {
      const { status, headers } = await browser.submit(path);
      expect(status).toBe(405);
      expect(headers.get("allow")).toBe(allow);
    }
  });
});
