import { describe, expect, test } from "@jest/globals";
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { lateTimesPolicy, noValuesPolicy, readRetryPolicy, sameVaultPolicy } from "./policies.ts";

const VAULT = "https://shop.vault.azure.net";
const respond = (status = 200): ((request: PipelineRequest) => Promise<PipelineResponse>) => {
  return async (request) => ({ request, status, headers: createHttpHeaders() });
};
const get = (url: string): PipelineRequest => createPipelineRequest({ url, method: "GET" });

describe("requests that may leave", () => {
  test.each([
    "https://shop.vault.azure.net:443/secrets?$skiptoken=x",
    "https://shop.vault.azure.net/secrets/a/versions",
  ])("%s goes to the vault itself", async (url) => {
    await expect(sameVaultPolicy(VAULT).sendRequest(get(url), respond())).resolves.toMatchObject({
      status: 200,
    });
  });

  test.each([
    "https://shop.vault.azure.net.evil.example/secrets",
    "https://other.vault.azure.net/secrets",
    "http://shop.vault.azure.net/secrets",
    "https://user@shop.vault.azure.net/secrets",
    "https://shop.vault.azure.net:8443/secrets",
  ])("%s doesn't", async (url) => {
    await expect(sameVaultPolicy(VAULT).sendRequest(get(url), respond())).rejects.toMatchObject({
      code: "VAULT_CHALLENGE",
    });
  });
});

describe("values are never read", () => {
  test.each(["/secrets/a", "/secrets/a/", "/secrets/a/0123abcd", "/secrets/a/0123abcd/"])(
    "GET %s is refused",
    async (path) => {
      await expect(noValuesPolicy.sendRequest(get(VAULT + path), respond())).rejects.toMatchObject({
        code: "ReadsNoValues",
      });
    },
  );

  test.each([
    "/secrets",
    "/secrets/",
    "/secrets/a/versions",
    "/secrets/versions/versions",
    "/deletedsecrets/a",
  ])("GET %s tells no value", async (path) => {
    await expect(noValuesPolicy.sendRequest(get(VAULT + path), respond())).resolves.toMatchObject({
      status: 200,
    });
  });
});

test("times after 2038, which the SDK makes negative, are mended", async () => {
  const exp = 2_208_988_800; // 2040-01-01
  const body = JSON.stringify({ value: "v", attributes: { exp: exp | 0 } });
  const request = createPipelineRequest({ url: `${VAULT}/secrets/a`, method: "PUT", body });
  await lateTimesPolicy.sendRequest(request, respond());
  expect(JSON.parse(typeof request.body === "string" ? request.body : "null")).toEqual({
    value: "v",
    attributes: { exp },
  });
});

test("a write is sent once, whatever the answer", async () => {
  let sent = 0;
  const request = createPipelineRequest({ url: `${VAULT}/secrets/a`, method: "PUT" });
  const response = await readRetryPolicy(() => undefined).sendRequest(request, (again) => {
    sent += 1;
    return respond(503)(again);
  });
  expect(response.status).toBe(503);
  expect(sent).toBe(1);
});

test("a read is tried again after a 429 without Retry-After", async () => {
  const statuses = [429, 200];
  const response = await readRetryPolicy(() => undefined).sendRequest(get(`${VAULT}/secrets`), (again) =>
    respond(statuses.shift())(again),
  );
  expect(response.status).toBe(200);
});
