import { describe, expect, test } from "@jest/globals";
import { catalogue } from "./catalogue.ts";
import { apiClient, ApiProblem, type ApiClientOptions } from "./client.ts";

type Asked = Readonly<{ url: string; init: RequestInit }>;

/** A client whose server answers this to everything, and what it was asked. */
function clientOf(answer: () => Response, options: ApiClientOptions = {}) {
  const asked: Asked[] = [];
  const client = apiClient({
    ...options,
    fetch: async (input, init = {}) => {
      asked.push({ url: input instanceof Request ? input.url : input.toString(), init });
      return answer();
    },
  });
  return { ...client, asked };
}

const problemOf = async (promise: Promise<unknown>): Promise<ApiProblem> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblem)) throw new Error("it gave no problem", { cause: error });
  return error;
};

describe("the client", () => {
  test("fills in path and query, and leaves out what isn't given", async () => {
    const { call, asked } = clientOf(() => Response.json({ records: [], nextCursor: null }));
    await call(catalogue.listRecords, {
      params: { syncId: "a/b" },
      query: { state: ["failed", "blocked"], search: "x&y", cursor: undefined },
    });
    expect(asked[0]?.url).toBe("/v1/sync/a%2Fb/records?state=failed&state=blocked&search=x%26y");
    expect(asked[0]?.init).toMatchObject({ method: "GET", redirect: "error" });
    expect(asked[0]?.init).not.toHaveProperty("body");
  });

  test("sends a body as JSON, with the headers that the client has by now", async () => {
    let token = "one";
    const { call, asked } = clientOf(() => Response.json({ allowed: [] }, { status: 202 }), {
      origin: "https://kvsync.example",
      headers: () => ({ authorization: `Bearer ${token}` }),
    });
    token = "two";
    await call(catalogue.adoptSecrets, { params: { syncId: "s" }, body: { secretIds: ["x"] } });
    expect(asked[0]).toMatchObject({
      url: "https://kvsync.example/v1/sync/s/adopt",
      init: {
        body: '{"secretIds":["x"]}',
        headers: { "content-type": "application/json", authorization: "Bearer two" },
      },
    });
  });

  test("sends nothing where a parameter is empty, which would be another address", async () => {
    const { call, asked } = clientOf(() => Response.json({}));
    await expect(call(catalogue.getSync, { params: { syncId: "" } })).rejects.toThrow("lacks its syncId");
    expect(asked).toEqual([]);
  });

  test("returns undefined for an answer without a body, and text as it is", async () => {
    const empty = clientOf(() => new Response(null, { status: 204 }));
    expect(
      await empty.call(catalogue.releaseName, { params: { syncId: "s", secretId: "t" } }),
    ).toBeUndefined();
    const page = clientOf(() => new Response("<p>", { headers: { "content-type": "text/html" } }));
    expect(await page.call(catalogue.getApiPage)).toBe("<p>");
  });

  test("tells status and headers of a success to who asks for them", async () => {
    const headers = { location: "/v1/sync/s/plans/p" };
    const { ask } = clientOf(() => Response.json({ id: "p", state: "queued" }, { status: 202, headers }));
    const answer = await ask(catalogue.previewPlan, { params: { syncId: "s" } });
    expect([answer.status, answer.headers.get("location")]).toEqual([202, headers.location]);
  });

  test("throws the API's errors with their codes, and how long to wait", async () => {
    const body = { code: "RATE_LIMITED", message: "Rate limit exceeded" };
    const { call } = clientOf(() => Response.json(body, { status: 429, headers: { "retry-after": "7" } }));
    expect(await problemOf(call(catalogue.getMe))).toMatchObject({
      ...body,
      status: 429,
      retryAfterSeconds: 7,
    });
  });

  test.each([
    [
      "a page",
      () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }),
    ],
    [
      "broken JSON",
      () => new Response("{", { status: 502, headers: { "content-type": "application/json" } }),
    ],
    ["other JSON", () => Response.json(null, { status: 502 })],
    ["nothing", () => new Response(null, { status: 502 })],
  ])("throws %s of something in between as a problem, too", async (_what, answer) => {
    const problem = await problemOf(clientOf(answer).call(catalogue.getMe));
    expect(problem).toMatchObject({ status: 502, code: "UNREADABLE", retryAfterSeconds: undefined });
  });

  test("throws a problem without a status when nobody answers, and keeps the cause", async () => {
    const cause = new TypeError("fetch failed");
    const { call } = clientOf(() => {
      throw cause;
    });
    expect(await problemOf(call(catalogue.getMe))).toMatchObject({ status: 0, code: "NETWORK", cause });
  });

  test("lets an abort through as one", async () => {
    const signal = AbortSignal.abort(new Error("not wanted any more"));
    const { call } = clientOf(() => {
      throw signal.reason as Error;
    });
    await expect(call(catalogue.getMe, { signal })).rejects.toBe(signal.reason);
  });
});
