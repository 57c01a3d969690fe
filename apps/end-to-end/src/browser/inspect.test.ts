import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { expectAccessible } from "./accessibility.ts";
import { launchChromium } from "./chromium.ts";
import { expectKeyboardReachesAll } from "./keyboard.ts";
import { expectNoSidewaysScroll, expectStableLayout } from "./layout.ts";
import { measureLayoutShift } from "./layout-shift.ts";
import { watchForProblems } from "./problems.ts";
import { narrow } from "./variants.ts";

const origin = "http://faulty.test";

let browser: Browser;
let page: Page;
let problems: () => readonly string[];
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterEach(async () => page.context().close());
afterAll(async () => browser.close());

/** A page with one fault, served as ours are. */
async function open(body: string, headers: Record<string, string> = {}): Promise<void> {
  const context = await browser.newContext({ baseURL: origin, viewport: narrow });
  page = await context.newPage();
  problems = watchForProblems(page, origin, [{ status: 404, path: /^\/expected$/u }]);
  await measureLayoutShift(page);
  const html = `<!doctype html><html lang="en"><title>A fault</title><body><main><h1>A fault</h1>${body}</main></body></html>`;
  await page.route(`${origin}/`, async (route) =>
    route.fulfill({ body: html, contentType: "text/html", headers }),
  );
  for (const path of ["expected", "unexpected"])
    await page.route(`${origin}/${path}`, async (route) => route.fulfill({ status: 404, body: "" }));
  await page.route("http://elsewhere.test/**", async (route) => route.fulfill({ body: "" }));
  await page.goto("/");
}

describe("what the inspection of a page finds", () => {
  test("nothing in a page without a fault", async () => {
    await open('<label>Name <input></label> <a href="/x">Link</a> <button>Button</button>');
    await expectAccessible(page);
    await expectKeyboardReachesAll(page);
    await expectNoSidewaysScroll(page);
    await expectStableLayout(page);
    expect(problems()).toEqual([]);
  }, 60_000);

  test("low contrast, and a field without a name", async () => {
    await open('<p style="color:#aaa;background:#fff">Pale</p><input>');
    await expect(expectAccessible(page)).rejects.toThrow(/color-contrast[^]*label/u);
  }, 60_000);

  test("in another colour scheme, low contrast alone", async () => {
    await open('<p style="color:#aaa;background:#fff">Pale</p><input>');
    const inspection = expectAccessible(page, "colours");
    await expect(inspection).rejects.toThrow("color-contrast");
    await expect(inspection).rejects.not.toThrow("label");
  }, 60_000);

  test("what Tab does not reach", async () => {
    await open('<button>One</button><button tabindex="-1">Two</button>');
    await expect(expectKeyboardReachesAll(page)).rejects.toThrow("Tab does not reach: <button tabindex");
  }, 60_000);

  test("a focus that can't be seen", async () => {
    await open('<button style="outline:none">One</button><button>Two</button>');
    await expect(expectKeyboardReachesAll(page)).rejects.toThrow(/focus can't be seen: <button style/u);
  }, 60_000);

  test("one radio button of a group stands for all", async () => {
    const radio = (value: string): string =>
      `<label><input type="radio" name="a" value="${value}">${value}</label>`;
    await open(radio("one") + radio("two"));
    await expectKeyboardReachesAll(page);
  }, 60_000);

  test("a page that scrolls sideways", async () => {
    await open('<div style="overflow-x:auto"><div style="width:900px">may</div></div>');
    await expectNoSidewaysScroll(page);
    await page.locator("h1").evaluate((heading) => void (heading.style.width = "500px"));
    await expect(expectNoSidewaysScroll(page)).rejects.toThrow(/5\d\d of 360 px/u);
  }, 60_000);

  test("content that jumps", async () => {
    await open('<p id="low" style="height:400px">Text</p>');
    await page.evaluate(async () => {
      const drawn = async (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      await drawn();
      document.querySelector("h1")?.setAttribute("style", "margin-top:300px");
      await drawn();
      await drawn();
    });
    await page.waitForFunction(
      () => (globalThis as unknown as { layoutShifts: unknown[] }).layoutShifts.length > 0,
    );
    await expect(expectStableLayout(page)).rejects.toThrow("shifts");
  }, 60_000);

  test("errors of scripts, on the console and of answers, but not those that a test expects", async () => {
    await open("");
    await page.evaluate(async () => {
      await fetch("/expected");
      await fetch("/unexpected");
    });
    const thrown = page.waitForEvent("pageerror");
    await page.evaluate(() => {
      globalThis["console"].error("said");
      setTimeout(() => {
        throw new Error("thrown");
      });
    });
    await thrown;
    expect(problems().join("\n")).toMatch(
      /answer 404: GET \/unexpected[^]*console: said[^]*uncaught: Error: thrown/u,
    );
    expect(problems()).toHaveLength(3);
  }, 60_000);

  test("what the content security policy refuses, and what is asked of others", async () => {
    await open('<img alt="" src="http://elsewhere.test/a.png"><p style="color:red">Red</p>', {
      "content-security-policy": "default-src 'self'; img-src *",
    });
    const all = problems().join("\n");
    expect(all).toContain("request elsewhere: http://elsewhere.test/a.png");
    expect(all).toContain("violates the following Content Security Policy directive");
  }, 60_000);
});
