import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openBrowser, signedInBrowser, type Browser } from "../testing/browser.ts";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, ok } from "../testing/given.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl({ trustProxy: 1 });
});
afterAll(() => control.stop());

/** Each from another address, as attempts that fail are counted by it. */
let addresses = 0;
const fromElsewhere = (): Browser => openBrowser(control, `10.0.0.${(addresses += 1)}`);

describe("signing in", () => {
  test("the page is the dashboard's, and sets no cookie", async () => {
    const { status, headers, text } = await fromElsewhere().visit("/sign-in?next=/ops/queues");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    expect(text).toContain('<div id="root">');
    expect(headers.get("set-cookie")).toBeNull();
  });

  test.each([
    ["an unknown", `ek_live_${"x".repeat(44)}`],
    ["a malformed", "nonsense"],
    ["an empty", ""],
    ["a much too long", "x".repeat(3_000)],
    ["a token with NUL", "ek_live_\0"],
  ])("%s token gives the page again, with 401 and a sentence, and no session", async (_kind, token) => {
    const browser = fromElsewhere();
    const { status, text } = await browser.signIn(token);
    expect(status).toBe(401);
    expect(text).toContain("This token isn&#39;t valid");
    expect(browser.cookie()).toBeUndefined();
  });

  test("a good token begins a session by a cookie that scripts and other sites can't use", async () => {
    const browser = fromElsewhere();
    const { status, headers } = await browser.signIn(`  ${control.adminToken} `);
    expect(status).toBe(303);
    expect(headers.get("location")).toBe("/");
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    expect(cookie).toContain("Path=/");
    expect(cookie).not.toContain(control.adminToken);
  });

  test("signing in again makes a new session, so that a planted one is worth nothing", async () => {
    const browser = await signedInBrowser(control);
    const planted = browser.cookie();
    await browser.signIn(control.adminToken);
    expect(browser.cookie()).not.toBe(planted);
    const headers = { cookie: planted ?? "" };
    expect((await control.ask("GET", "/ops/queues", { token: null, headers })).status).toBe(302);
  });

  test.each([
    ["/syncs/1?a=b", "/syncs/1?a=b"],
    ["/ops/queues", "/ops/queues"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["/\t/evil.example/", "/"],
    ["/.//evil.example/", "/"],
    ["/x/..//evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["", "/"],
  ])("after signing in, “%s” leads to %s", async (next, location) => {
    const { headers } = await fromElsewhere().signIn(control.adminToken, next);
    expect(headers.get("location")).toBe(location);
  });

  test("what it was called with stands escaped in the page", async () => {
    const { text } = await fromElsewhere().signIn("nonsense", '/"><script>');
    expect(text).toContain("/%22%3E%3Cscript%3E");
    expect(text).not.toContain("<script");
  });

  test("a form from another site is refused", async () => {
    for (const headers of [
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { origin: "https://evil.example" },
      { origin: "null" },
      {},
    ]) {
      const browser = fromElsewhere();
      const answer = await browser.submit("/sign-in", { token: control.adminToken }, headers);
      expect(answer.status).toBe(403);
      expect(browser.cookie()).toBeUndefined();
    }
  });

  test("a browser that tells the origin alone is let in from this site", async () => {
    const headers = { origin: control.origin };
    const answer = await fromElsewhere().submit("/sign-in", { token: control.adminToken }, headers);
    expect(answer.status).toBe(303);
  });

  test("other methods are answered with 405", async () => {
    for (const [method, path, allow] of [
      ["DELETE", "/sign-in", "GET, POST, HEAD"],
      ["GET", "/sign-out", "POST"],
    ] as const) {
      const { status, headers } = await control.ask(method, path, { token: null });
      expect(status).toBe(405);
      expect(headers.get("allow")).toBe(allow);
    }
  });

  test("a form that is too large or in an unknown encoding is refused with a 4xx", async () => {
    const browser = fromElsewhere();
    expect((await browser.signIn("x".repeat(5_000))).status).toBe(413);
    const headers = { "sec-fetch-site": "same-origin", "content-encoding": "made-up" };
    expect((await browser.submit("/sign-in", { token: "x" }, headers)).status).toBe(415);
  });
});

describe("a session", () => {
  test("opens a sync's page and the queues", async () => {
    const syncId = await givenActiveSync(control, await givenProject(control));
    const browser = await signedInBrowser(control);
    for (const path of [`/syncs/${syncId}`, "/ops/queues"]) {
      const { status, headers } = await browser.visit(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get("content-type")).toMatch(/^text\/html/);
    }
  });

  test.each(["/syncs/00000000-0000-4000-8000-000000000000", "/ops/queues"])(
    "without one, %s leads to the sign-in and back",
    async (path) => {
      const { status, headers } = await openBrowser(control).visit(path);
      expect(status).toBe(302);
      expect(headers.get("location")).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    },
  );

  test("pages of syncs that don't exist are answered with 404", async () => {
    const browser = await signedInBrowser(control);
    for (const id of ["00000000-0000-4000-8000-000000000000", "nonsense"])
      expect((await browser.visit(`/syncs/${id}`)).status).toBe(404);
  });

  test("who is no admin sees no page", async () => {
    const browser = await signedInBrowser(control, (await control.token()).token);
    expect((await browser.visit("/ops/queues")).status).toBe(403);
  });

  test("works for the API too, but changes nothing from another site", async () => {
    const browser = await signedInBrowser(control);
    const cookie = browser.cookie() ?? "";
    const create = (name: string, headers: Record<string, string>): ReturnType<TestControl["ask"]> =>
      control.ask("POST", "/v1/workspace/default/team", {
        token: null,
        headers: { cookie, ...headers },
        body: { name },
      });
    expect((await browser.visit("/v1/workspace")).status).toBe(200);
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      {},
    ]) {
      const answer = await create("Foreign", headers);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: "FOREIGN_ORIGIN" });
    }
    expect((await create("Own", { "sec-fetch-site": "same-origin" })).status).toBe(201);
    const teams = await ok<Array<{ name: string }>>(control, "GET", "/v1/workspace/default/team");
    expect(teams.map(({ name }) => name).toSorted()).toEqual(["Default", "Own"]);
  });

  test("ends with its token", async () => {
    const { id, token } = await control.token({ role: "admin" });
    const browser = await signedInBrowser(control, token);
    expect((await browser.visit("/ops/queues")).status).toBe(200);
    await ok(control, "DELETE", `/v1/workspace/default/tokens/${id}`);
    const { status, headers } = await browser.visit("/ops/queues");
    expect(status).toBe(302);
    expect(headers.get("location")).toMatch(/^\/sign-in/);
  });

  test("ends with signing out, on the server too; not by another site", async () => {
    const browser = await signedInBrowser(control);
    const headers = { cookie: browser.cookie() ?? "" };
    expect((await browser.submit("/sign-out", {}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await browser.visit("/ops/queues")).status).toBe(200);
    const { status, headers: answered } = await browser.submit("/sign-out");
    expect(status).toBe(303);
    expect(answered.get("location")).toBe("/sign-in");
    expect((await control.ask("GET", "/ops/queues", { token: null, headers })).status).toBe(302);
  });
});
