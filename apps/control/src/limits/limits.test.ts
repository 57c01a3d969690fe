import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { requiredSetting, until } from "@kvsync/testing";
import { startControl, type Answer, type TestControl } from "../testing/control.ts";
import { givenPerson } from "../testing/people.ts";
import { startRelay } from "../testing/relay.ts";

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

  test("a signed-in browser is counted by its session, wherever it is", async () => {
    const { cookie } = await givenPerson(control);
    const left = async (address: string, headers: Record<string, string> = {}) =>
      Number(
        (
          await control.ask("GET", "/v1/me", {
            token: null,
            headers: { "x-forwarded-for": address, cookie, ...headers },
          })
        ).headers.get("ratelimit-remaining"),
      );
    expect([await left("10.1.0.1"), await left("10.1.0.2"), await left("10.1.0.3")]).toEqual([4, 3, 2]);
    const other = await givenPerson(control);
    expect(await left("10.1.0.1", { cookie: other.cookie })).toBe(4);
  });

  test("the issuer's documents and the probes aren't limited", async () => {
    for (const path of ["/.well-known/jwks", "/livez"])
      for (let used = 0; used <= LIMIT; used += 1) expect((await from("10.0.0.4", path)).status).toBe(200);
  });
});

describe("exchanges", () => {
  test("are ten a minute for each token", async () => {
    const control = await startControl();
    try {
      const [one, other] = [await control.token(), await control.token()];
      const exchange = ({ token }: { token: string }) => control.ask("POST", "/v1/auth/exchange", { token });
      for (let used = 0; used < 10; used += 1) {
        const { status, headers } = await exchange(one);
        expect([status, headers.get("ratelimit-limit")]).toEqual([200, "10"]);
      }
      const { status, body, headers } = await exchange(one);
      expect([status, body]).toEqual([429, { message: "Rate limit exceeded", code: "RATE_LIMITED" }]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await exchange(other)).status).toBe(200);
      expect((await control.ask("GET", "/v1/me", { token: one.token })).status).toBe(200);
    } finally {
      await control.stop();
    }
  });
});

describe("several processes", () => {
  const ask = ({ ask: asked }: TestControl) => asked("GET", "/v1/me");

  test("count together, exactly, however many ask at once, and each answer says how many are left", async () => {
    const [limit, requests] = [150, 200];
    const shared = { rateLimitPerMinute: limit, redisPrefix: `{test-${randomUUID()}}` };
    const controls = [await startControl(shared), await startControl(shared)];
    try {
      const answers = await Promise.all(
        Array.from({ length: requests }, async (_, index) => ask(controls[index % 2] as TestControl)),
      );
      const header = ({ headers }: Answer, name: string): number => Number(headers.get(name) ?? Number.NaN);
      for (const answer of answers) {
        expect(header(answer, "ratelimit-limit")).toBe(limit);
        expect(header(answer, "ratelimit-reset")).toBeGreaterThan(0);
        expect(header(answer, "ratelimit-reset")).toBeLessThanOrEqual(60);
      }
      const admitted = answers.filter(({ status }) => status === 200);
      const refused = answers.filter(({ status }) => status === 429);
      expect([admitted.length, refused.length]).toEqual([limit, requests - limit]);
      // None is counted twice, and none isn't counted.
      const left = admitted.map((answer) => header(answer, "ratelimit-remaining")).toSorted((a, b) => a - b);
      expect(left).toEqual(Array.from({ length: limit }, (_, index) => index));
      for (const answer of refused) {
        expect(header(answer, "ratelimit-remaining")).toBe(0);
        expect(header(answer, "retry-after")).toBeGreaterThan(0);
        expect(header(answer, "retry-after")).toBeLessThanOrEqual(60);
      }
    } finally {
      for (const control of controls) await control.stop();
    }
  });

  test("go on alone without Redis, each with the whole limit, and together once it is back", async () => {
    const relay = await startRelay(requiredSetting("TEST_REDIS_URL"));
    const control = await startControl({ rateLimitPerMinute: LIMIT, redisUrl: relay.url });
    try {
      expect((await ask(control)).headers.get("ratelimit-remaining")).toBe("4");
      expect((await ask(control)).headers.get("ratelimit-remaining")).toBe("3");
      await relay.cut();
      expect((await ask(control)).headers.get("ratelimit-remaining")).toBe("4");
      for (let used = 1; used < LIMIT; used += 1) expect((await ask(control)).status).toBe(200);
      expect((await ask(control)).status).toBe(429);
      await relay.restore();
      // Redis has counted the first two, and the one that it was asked for when it went away.
      await until("it counts there again", async () => (await ask(control)).status === 200);
    } finally {
      await control.stop();
      await relay.cut();
    }
  });
});
