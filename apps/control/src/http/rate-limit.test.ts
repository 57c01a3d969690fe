import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startControl, type Answer, type TestControl } from "../testing/control.ts";

const LIMIT = 5;

describe("the rate limit", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl({ rateLimitPerMinute: LIMIT, trustProxy: 1 });
  });
  afterAll(() => control.stop());

  const from = (address: string, path = "/v1/me", token?: null): Promise<Answer> =>
    control.ask("GET", path, {
      headers: { "x-forwarded-for": address },
      ...(token === undefined ? {} : { token }),
    });

  test("each answer tells the limit, what is left of it, and in how many seconds it begins anew", async () => {
    for (const [left, token] of [
      [4, undefined],
      [3, null],
    ] as const) {
      const { headers } = await from("10.0.0.1", "/v1/me", token);
      expect(headers.get("ratelimit-limit")).toBe(String(LIMIT));
      expect(headers.get("ratelimit-remaining")).toBe(String(left));
      expect(Number(headers.get("ratelimit-reset"))).toBeGreaterThan(0);
      expect(Number(headers.get("ratelimit-reset"))).toBeLessThanOrEqual(60);
      expect(headers.get("retry-after")).toBeNull();
    }
  });

  test("over the limit, 429 says when to come again; other addresses go on", async () => {
    for (let used = 0; used < LIMIT; used += 1) expect((await from("10.0.0.2")).status).toBe(200);
    const { status, body, headers } = await from("10.0.0.2", "/v1/workspace");
    expect(status).toBe(429);
    expect(body).toEqual({ message: "Rate limit exceeded", code: "RATE_LIMITED" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(headers.get("ratelimit-remaining")).toBe("0");
    expect((await from("10.0.0.3")).status).toBe(200);
  });

  test("addresses of one IPv6 network count together", async () => {
    const statuses: number[] = [];
    for (let host = 1; host <= LIMIT + 1; host += 1) statuses.push((await from(`2001:db8::${host}`)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  test("the issuer's documents and the probes aren't limited", async () => {
    for (const path of ["/.well-known/jwks", "/livez"])
      for (let used = 0; used <= LIMIT; used += 1) expect((await from("10.0.0.4", path)).status).toBe(200);
  });
});
