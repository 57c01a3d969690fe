import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openDatabase } from "@kvsync/store";
import { requiredSetting } from "@kvsync/testing";
import { startControl, type TestControl } from "../testing/control.ts";

/** Nothing listens on it: it is the port of a service that never ran here. */
const CLOSED_REDIS = "redis://127.0.0.1:9";

describe("health", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl();
  });
  afterAll(() => control.stop());

  test("both probes answer without a token, and nobody may cache them", async () => {
    for (const [path, status] of [
      ["/livez", "alive"],
      ["/readyz", "ready"],
    ] as const) {
      const answer = await control.ask("GET", path, { token: null });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ status });
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
  });

  test("a probe with another method is refused with 405", async () => {
    const { status, headers } = await control.ask("POST", "/readyz", { token: null });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
  });

  test("while PostgreSQL takes nobody in, requests get 503, and their answers again once it does", async () => {
    const [{ name } = { name: "" }] = await control.database.$queryRaw<
      Array<{ name: string }>
    >`SELECT current_database() AS name`;
    // One can't close the database that one is in.
    const beside = openDatabase(requiredSetting("TEST_DATABASE_URL"), 1);
    try {
      await beside.$executeRawUnsafe(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
      await beside.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
      const answer = await control.ask("GET", "/v1/workspace");
      expect([answer.status, answer.body]).toMatchObject([503, { code: "UNAVAILABLE" }]);
      expect((await control.ask("HEAD", "/v1/workspace")).status).toBe(503);
    } finally {
      await beside.$executeRawUnsafe(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS true`);
      await beside.$disconnect();
    }
    expect((await control.ask("GET", "/v1/workspace")).status).toBe(200);
  });
});

describe("health without Redis", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl({ redisUrl: CLOSED_REDIS });
  });
  afterAll(() => control.stop());

  test("it is alive, and not ready, naming Redis", async () => {
    expect((await control.ask("GET", "/livez", { token: null })).status).toBe(200);
    const { status, body } = await control.ask("GET", "/readyz", { token: null });
    expect(status).toBe(503);
    expect(body).toEqual({ status: "not ready", down: ["redis"] });
  });
});

describe("health without PostgreSQL", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl();
  });
  afterAll(() => control.stop());

  test("it is not ready, naming the database; requests get 503, and the log tells what failed", async () => {
    await control.cutDatabase();
    const ready = await control.ask("GET", "/readyz", { token: null });
    expect(ready.status).toBe(503);
    expect(ready.body).toEqual({ status: "not ready", down: ["database"] });
    expect((await control.ask("GET", "/livez", { token: null })).status).toBe(200);

    const answer = await control.ask("GET", "/v1/workspace");
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: "UNAVAILABLE" });
    expect(control.logs.some((line) => line.includes("a request failed"))).toBe(true);
  });
});
