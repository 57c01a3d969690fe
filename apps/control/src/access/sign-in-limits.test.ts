import { afterEach, describe, expect, test } from "@jest/globals";
import { openBrowser } from "../testing/browser.ts";
import { startControl, type TestControl } from "../testing/control.ts";

describe("signing in where it is published over HTTPS, or guessed at", () => {
  let control: TestControl;
  afterEach(() => control.stop());

  test("the cookie is bound to the host and to HTTPS", async () => {
    control = await startControl({ issuer: "https://secrets.example.com", trustProxy: 1 });
    const headers = { "sec-fetch-site": "same-origin", "x-forwarded-proto": "https" };
    const answer = await openBrowser(control).submit("/sign-in", { token: control.adminToken }, headers);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-kvsync=/);
    expect(cookie).toContain("Secure");
  });

  test("where the proxy isn't trusted, the page says so instead of going round in circles", async () => {
    control = await startControl({ issuer: "https://secrets.example.com" });
    const answer = await openBrowser(control).signIn(control.adminToken);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("TRUST_PROXY");
  });

  test("after ten wrong tokens in a minute the page asks to wait", async () => {
    control = await startControl();
    const browser = openBrowser(control);
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await browser.signIn("wrong")).status).toBe(401);
    const answer = await browser.signIn(control.adminToken);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(answer.text).toContain("too many attempts");
    expect(browser.cookie()).toBeUndefined();
  });
});
