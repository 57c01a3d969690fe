import { expect } from "@jest/globals";
import type { Exchange } from "./exchange.ts";
import { sdkSecret } from "./typescript-sdk.fixture.ts";

/** Java's client says JSON and a length of nothing also with GET, and offers HTTP/2 on plain connections. */
const java = {
  "content-type": "application/json",
  "user-agent": "Java-http-client/21.0.5",
  "http2-settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
};
const SECRET = "/v1/workspace/{workspace}/project/{project}/secret";

/** What the Java SDK asks. */
export const javaSdkExchanges: readonly Exchange[] = [
  {
    what: "get, the first time: all secrets of the environment",
    method: "GET",
    path: `${SECRET}?environmentId={environmentId}&resolve=true`,
    headers: java,
    body: null,
    token: true,
    answer: { status: 200, body: [sdkSecret] },
  },
  {
    what: "get without the cache: one secret by its name",
    method: "GET",
    path: `${SECRET}/API_KEY?environmentId={environmentId}&resolve=true`,
    headers: java,
    body: null,
    token: true,
    answer: { status: 200, body: sdkSecret },
  },
  {
    what: "get of a name that isn't there",
    method: "GET",
    path: `${SECRET}/NOT_THERE?environmentId={environmentId}&resolve=true`,
    headers: java,
    body: null,
    token: true,
    answer: { status: 404, body: expect.objectContaining({ message: expect.any(String) }) },
  },
  {
    what: "useTokenExchange: JSON by its content type, and a body of no length",
    method: "POST",
    path: "/v1/auth/exchange",
    headers: { ...java, "content-length": "0" },
    body: "",
    token: true,
    answer: {
      status: 200,
      body: { accessToken: expect.any(String), expiresIn: 900, tokenType: "Bearer" },
    },
  },
];
