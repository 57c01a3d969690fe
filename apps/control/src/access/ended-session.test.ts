import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type Answer, type TestControl } from "../testing/control.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

async function signIn(
  control: TestControl,
  token: string,
  headers: Record<string, string> = {},
): Promise<Answer & { readonly cookie: string }> {
  const body = new URLSearchParams({ token, next: "/" }).toString();
  const answer = await control.ask("POST", "/sign-in", {
    token: null,
    body,
    headers: { ...FORM, ...headers },
  });
  return { ...answer, cookie: answer.headers.get("set-cookie") ?? "" };
}

const pairOf = (cookie: string): string => cookie.split(";")[0] ?? "";

describe("a session whose token was revoked", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl();
  });
  afterAll(() => control.stop());

  test.each([["/ops/queues"]])("is led from %s to the sign-in, and back afterwards", async (path) => {
    const { id, token } = await control.token({ role: "admin" });
    const cookie = pairOf((await signIn(control, token)).cookie);
    expect((await control.ask("GET", path, { token: null, headers: { cookie } })).status).toBe(200);
    await control.ask("DELETE", `/v1/workspace/default/tokens/${id}`);
    const { status, headers } = await control.ask("GET", path, { token: null, headers: { cookie } });
    expect(status).toBe(302);
    expect(headers.get("location")).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
  });

  test("gets 401 from the API at once", async () => {
    const { id, token } = await control.token({ role: "admin" });
    const cookie = pairOf((await signIn(control, token)).cookie);
    expect((await control.ask("GET", "/v1/me", { token: null, headers: { cookie } })).status).toBe(200);
    await control.ask("DELETE", `/v1/workspace/default/tokens/${id}`);
    expect((await control.ask("GET", "/v1/me", { token: null, headers: { cookie } })).status).toBe(401);
  });

  test("after ten wrong tokens the page says to wait", async () => {
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect((await signIn(control, "ek_live_wrong")).status).toBe(401);
    const { status, headers, text } = await signIn(control, control.adminToken);
    expect(status).toBe(429);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toContain("too many attempts");
  });
});

describe("a session where the issuer is published over HTTPS", () => {
  test("can't begin over plain HTTP, and the page says what to set", async () => {
    const control = await startControl({ issuer: "https://secrets.example.com" });
    try {
      const { status, text, cookie } = await signIn(control, control.adminToken);
      expect(status).toBe(400);
      expect(text).toContain("TRUST_PROXY");
      expect(cookie).toBe("");
    } finally {
      await control.stop();
    }
  });

  test("begins behind a trusted proxy, with a cookie for HTTPS and this host alone", async () => {
    const control = await startControl({ issuer: "https://secrets.example.com", trustProxy: 1 });
    try {
      const { status, cookie } = await signIn(control, control.adminToken, { "x-forwarded-proto": "https" });
      expect(status).toBe(303);
      expect(cookie).toMatch(/^__Host-kvsync=/);
      expect(cookie).toMatch(/; HttpOnly(;|$)/);
      expect(cookie).toMatch(/; Secure(;|$)/);
      expect(cookie).toMatch(/; SameSite=(Lax|Strict)(;|$)/);
    } finally {
      await control.stop();
    }
  });
});

test("an admin who can only read sees the queues, and can't retry or clean jobs", async () => {
  const control = await startControl();
  try {
    const { token } = await control.token({ role: "admin", permission: "read" });
    expect((await control.ask("GET", "/ops/queues/api/queues", { token })).status).toBe(200);
    const clean = await control.ask("PUT", "/ops/queues/api/queues/runs/clean/failed", { token });
    expect(clean.status).toBe(403);
    expect(clean.body).toMatchObject({ code: "FORBIDDEN" });
  } finally {
    await control.stop();
  }
});
