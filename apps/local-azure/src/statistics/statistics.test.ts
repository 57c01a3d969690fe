import { describe, expect, test } from "@jest/globals";
import { type LoggedRequest, RequestLog } from "./request-log.ts";
import { Statistics } from "./statistics.ts";

describe("Statistics", () => {
  test("count how requests end and how many were under way at once", () => {
    const statistics = new Statistics(() => 0);
    const ends = [
      statistics.begin("v", "setSecret"),
      statistics.begin("v", "setSecret"),
      statistics.begin(undefined, "token"),
    ];
    expect(statistics.snapshot().concurrency.now).toBe(3);
    for (const end of ends) end(429);
    statistics.begin("v", "getSecret")("dropped");
    expect(statistics.snapshot()).toEqual({
      since: "1970-01-01T00:00:00.000Z",
      tokens: { issued: 0, refused: {} },
      entra: { token: { 429: 1 } },
      vaults: { v: { setSecret: { 429: 2 }, getSecret: { dropped: 1 } } },
      throttled: 3,
      concurrency: { now: 0, max: 3, maxByVault: { v: { setSecret: 2, getSecret: 1 } } },
    });
  });

  test("begin anew after a reset and lose nothing of what is under way", () => {
    const statistics = new Statistics(() => 0);
    const end = statistics.begin("v", "setSecret");
    statistics.reset();
    expect(statistics.snapshot().concurrency).toEqual({ now: 1, max: 1, maxByVault: {} });
    end(200);
    expect(statistics.snapshot()).toMatchObject({ vaults: {}, concurrency: { now: 0 } });
  });
});

describe("The request log", () => {
  const entry = (secret: string, outcome = 200): LoggedRequest => ({
    at: "",
    vault: "v",
    operation: "getSecret",
    method: "GET",
    secret,
    outcome,
    hasBody: false,
    hasToken: true,
    durationMs: 1,
  });
  const names = (entries: readonly LoggedRequest[]): unknown[] => entries.map(({ secret }) => secret);

  test("keeps the last so many, oldest first", () => {
    const log = new RequestLog(3);
    log.add(entry("a"));
    expect(names(log.list())).toEqual(["a"]);
    for (const name of ["b", "c", "d", "e"]) log.add(entry(name));
    expect(names(log.list())).toEqual(["c", "d", "e"]);
  });

  test("is filtered by vault, operation and outcome", () => {
    const log = new RequestLog();
    log.add(entry("a"));
    log.add(entry("b", 404));
    expect(names(log.list({ vault: "V", outcome: 404 }))).toEqual(["b"]);
    expect(log.list({ operation: "token" })).toEqual([]);
  });
});
