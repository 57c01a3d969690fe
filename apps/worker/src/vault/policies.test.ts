import { describe, expect, test } from "@jest/globals";
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import {
  exactTimesPolicy,
  firstAlonePolicy,
  noValuesPolicy,
  readRetryPolicy,
  sameVaultPolicy,
  timesHeader,
  type ReadPacing,
} from "./policies.ts";

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

describe("a new client's requests", () => {
  /** What a vault answers, in this order; a request stays unanswered until `answer` is called. */
  function vaultAnswering(statuses: readonly (number | "fails")[]): {
    send: () => Promise<PipelineResponse>;
    answer: () => Promise<void>;
    sent: () => number;
  } {
    const waiting: Array<() => void> = [];
    let sent = 0;
    const policy = firstAlonePolicy();
    return {
      send: () =>
        policy.sendRequest(get(`${VAULT}/secrets`), async (request) => {
          const status = statuses[sent++];
          await new Promise<void>((resolve) => waiting.push(resolve));
          if (typeof status !== "number") throw new Error("the connection broke");
          return { request, status, headers: createHttpHeaders() };
        }),
      answer: async () => {
        waiting.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      },
      sent: () => sent,
    };
  }

  test("wait for the first one, and then go together", async () => {
    const vault = vaultAnswering([200, 200, 200]);
    const all = [vault.send(), vault.send(), vault.send()];
    expect(vault.sent()).toBe(1);
    await vault.answer();
    expect(vault.sent()).toBe(3);
    await vault.answer();
    await vault.answer();
    await Promise.all(all);
  });

  test.each(["fails", 401, 429, 503] as const)("go alone again after one that %s", async (status) => {
    const vault = vaultAnswering([status, 200, 200]);
    const all = Promise.allSettled([vault.send(), vault.send(), vault.send()]);
    await vault.answer();
    expect(vault.sent()).toBe(2);
    await vault.answer();
    expect(vault.sent()).toBe(3);
    await vault.answer();
    await all;
  });
});

describe("times of a write", () => {
  const write = (headers: Record<string, string>, attributes: object): PipelineRequest =>
    createPipelineRequest({
      url: `${VAULT}/secrets/a`,
      method: "PUT",
      headers: createHttpHeaders(headers),
      body: JSON.stringify({ value: "v", attributes }),
    });
  const bodyOf = ({ body }: PipelineRequest): unknown => JSON.parse(typeof body === "string" ? body : "null");

  test.each([0, 2_208_988_800, 4_294_967_297, 253_402_300_799])("%d arrives as it is", async (seconds) => {
    const request = write(timesHeader(undefined, seconds), { enabled: true });
    await exactTimesPolicy.sendRequest(request, respond());
    expect(bodyOf(request)).toEqual({ value: "v", attributes: { enabled: true, exp: seconds } });
    expect(Object.keys(request.headers.toJSON())).toEqual([]);
  });

  test("that has none is left alone", async () => {
    const request = write(timesHeader(undefined, undefined), {});
    const { body } = request;
    await exactTimesPolicy.sendRequest(request, respond());
    expect(request.body).toBe(body);
  });
});

const unpaced: ReadPacing = { onThrottled: () => undefined, nextTurn: async () => undefined };

test("a write is sent once, whatever the answer", async () => {
  let sent = 0;
  const request = createPipelineRequest({ url: `${VAULT}/secrets/a`, method: "PUT" });
  const response = await readRetryPolicy(unpaced).sendRequest(request, (again) => {
    sent += 1;
    return respond(503)(again);
  });
  expect(response.status).toBe(503);
  expect(sent).toBe(1);
});

test("a read is tried again after a 429 without Retry-After", async () => {
  const statuses = [429, 200];
  const response = await readRetryPolicy(unpaced).sendRequest(get(`${VAULT}/secrets`), (again) =>
    respond(statuses.shift())(again),
  );
  expect(response.status).toBe(200);
});

test("a read that is throttled makes others leave off, and waits for its turn like them", async () => {
  const events: string[] = [];
  const pacing: ReadPacing = {
    onThrottled: () => events.push("throttled"),
    nextTurn: async () => void events.push("turn"),
  };
  const statuses = [503, 429, 200];
  await readRetryPolicy(pacing).sendRequest(get(`${VAULT}/secrets`), (again) => {
    const status = statuses.shift();
    events.push(String(status));
    return respond(status)(again);
  });
  expect(events).toEqual(["503", "turn", "429", "throttled", "turn", "200"]);
});
