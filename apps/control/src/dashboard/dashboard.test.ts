import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type Answer, type TestControl } from "../testing/control.ts";
import { PAGE_PATHS } from "./paths.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const visit = (path: string, method = "GET"): Promise<Answer> =>
  control.ask(method, path, { token: null, headers: BROWSER });

const policyOf = ({ headers }: Answer): Map<string, string> =>
  new Map(
    (headers.get("content-security-policy") ?? "").split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(" ");
      return [name, sources.join(" ")];
    }),
  );

describe("the dashboard", () => {
  test.each(PAGE_PATHS)("%s opens by itself, and is never kept by the browser", async (path) => {
    const { status, headers, text } = await visit(path.replaceAll(/:\w+/g, "x"));
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).toContain('<div id="root">');
  });

  test("lets in its own scripts and styles, and style elements with the answer's nonce", async () => {
    const answer = await visit("/");
    const policy = policyOf(answer);
    const [, nonce = ""] = /nonce-([^']+)/.exec(policy.get("style-src") ?? "") ?? [];
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": `'self' 'nonce-${nonce}'`,
      "connect-src": "'self'",
      "img-src": "'self' data:",
      "font-src": "'self'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
    });
    expect(answer.text).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect(answer.text).not.toContain("kvsync-csp-nonce");
    expect(policyOf(await visit("/")).get("style-src")).not.toContain(nonce);
  });

  test("holds no script or style in its document, which the policy would keep out", async () => {
    const { text } = await visit("/");
    expect(text).not.toMatch(/<style|style="|<script(?![^>]* src=)/);
  });

  test("names files that are there, and that a browser may keep for ever", async () => {
    const { text } = await visit("/");
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const { status, headers } = await visit(file);
      expect([file, status]).toEqual([file, 200]);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
  });

  test.each(["/first-paint.js", "/favicon.svg"])("%s is kept for minutes only", async (path) => {
    const { status, headers } = await visit(path);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("public, max-age=300");
  });
});

describe("an address that is no page", () => {
  test.each(["/nowhere", "/w/default/nowhere", "/w/default/settings", "/assets/gone.js"])(
    "%s shows a browser the dashboard's page for that, with 404",
    async (path) => {
      const answer = await visit(path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.text).toContain('<div id="root">');
      expect(policyOf(answer).get("script-src")).toBe("'self'");
    },
  );

  test("is JSON for every other client, for changes, and below /v1", async () => {
    for (const [method, path, headers] of [
      ["GET", "/nowhere", {}],
      ["GET", "/nowhere", { accept: "*/*" }],
      ["POST", "/nowhere", BROWSER],
      ["GET", "/v1/nowhere", BROWSER],
    ] as const) {
      const answer = await control.ask(method, path, { headers });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("isn't one that only has another method: 405", async () => {
    for (const path of ["/", "/w/default", "/favicon.svg"]) {
      const { status, headers } = await visit(path, "POST");
      expect(status).toBe(405);
      expect(headers.get("allow")).toBe("GET, HEAD");
    }
  });
});
