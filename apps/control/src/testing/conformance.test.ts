import { describe, expect, test } from "@jest/globals";
import { exampleIds } from "@kvsync/contracts/api";
import { checkAgainstDescription, operationOf, type Exchange } from "./conformance.ts";

const limits = { "ratelimit-limit": "9", "ratelimit-remaining": "8", "ratelimit-reset": "1" };

const exchange = (
  changes: Partial<Omit<Exchange, "headers">>,
  headers: Record<string, string> = {},
): Exchange => ({
  method: "GET",
  path: "/v1/me",
  status: 200,
  body: { id: exampleIds.token, email: "", name: "ci" },
  ...changes,
  headers: new Headers({ "content-type": "application/json; charset=utf-8", ...limits, ...headers }),
});

describe("an answer that is as the description says", () => {
  test.each([
    ["a success", exchange({})],
    ["a success with a slash, a query and another case", exchange({ path: "/V1/Me/?x=1" })],
    [
      "a refusal",
      exchange({ status: 401, body: { code: "UNAUTHENTICATED", message: "Invalid or expired token" } }),
    ],
    ["the head of one", exchange({ method: "HEAD", body: "" })],
    [
      "a refusal of what the API doesn't have",
      exchange({ path: "/v1/no", status: 404, body: { code: "X", message: "y" } }),
    ],
    ["a page of ours", exchange({ path: "/sign-in", body: "<p>" })],
  ])("passes: %s", (_what, given) => {
    expect(() => checkAgainstDescription(given)).not.toThrow();
  });
});

describe("an answer that isn't", () => {
  test.each([
    ["an unknown status", exchange({ status: 418 }), "418 isn't among its answers"],
    ["a missing field", exchange({ body: { id: exampleIds.token, name: "ci" } }), "email"],
    ["a further field", exchange({ body: { id: exampleIds.token, email: "", name: "ci", more: 1 } }), "more"],
    [
      "a field of another type",
      exchange({ body: { id: exampleIds.token, email: null, name: "ci" } }),
      "/email",
    ],
    ["a field of another form", exchange({ body: { id: "7", email: "", name: "ci" } }), "/id"],
    ["an unknown code", exchange({ status: 401, body: { code: "NO", message: "" } }), "/code"],
    ["another content type", exchange({}, { "content-type": "text/html" }), "text/html came"],
    ["an operation that isn't described", exchange({ path: "/v1/nothing" }), "no such operation"],
    ["an error without a code", exchange({ path: "/v1/nothing", status: 404, body: {} }), "code"],
    [
      "a missing header",
      exchange({
        path: `/v1/sync/${exampleIds.sync}/plan`,
        status: 202,
        body: { id: exampleIds.plan, state: "queued" },
      }),
      "location",
    ],
    [
      "a body where none belongs",
      exchange({
        method: "DELETE",
        path: `/v1/sync/${exampleIds.sync}/names/${exampleIds.secret}`,
        status: 204,
      }),
      "has no body",
    ],
  ])("is refused: %s", (_what, given, problem) => {
    expect(() => checkAgainstDescription(given)).toThrow(problem);
  });
});

test("an address belongs to the most literal path that fits", () => {
  expect(operationOf("POST", "/v1/workspace/default/tokens/cli")?.id).toBe("createCliToken");
  expect(operationOf("DELETE", "/v1/workspace/default/tokens/cli")?.id).toBe("revokeToken");
  expect(operationOf("POST", "/v1/sync/azure-key-vault/start")?.id).toBe("startSync");
  expect(operationOf("POST", `/v1/sync/${exampleIds.sync}/run`)?.id).toBe("runSync");
  expect(operationOf("HEAD", "/v1/sync/")?.id).toBe("listSyncs");
  expect(operationOf("GET", "/v1/sync//runs")).toBeUndefined();
});
