import { expect } from "@jest/globals";
import type { Exchange } from "./exchange.ts";

const SECRET = "/v1/workspace/{workspace}/project/{project}/secret";
const some = expect.any(String) as unknown;

/** A secret as the SDKs read it: the environment's id must be the configured one, letter by letter. */
export const sdkSecret = {
  id: "{secretId}",
  name: "API_KEY",
  note: some,
  type: "runtime",
  dataType: "text",
  values: [{ environmentId: "{environmentId}", value: "first", isPersonal: false }],
  createdAt: some,
  updatedAt: some,
};

/** What the SDKs of all languages ask, the list of all secrets first. @param headers those that the client sends by itself */
export const sdkExchanges = (headers: Readonly<Record<string, string>>): readonly Exchange[] => [
  {
    what: "get, the first time: all secrets of the environment",
    method: "GET",
    path: `${SECRET}?environmentId={environmentId}&resolve=true`,
    headers,
    body: null,
    token: true,
    answer: { status: 200, body: [sdkSecret] },
  },
  {
    what: "get without the cache: one secret by its name",
    method: "GET",
    path: `${SECRET}/API_KEY?environmentId={environmentId}&resolve=true`,
    headers,
    body: null,
    token: true,
    answer: { status: 200, body: sdkSecret },
  },
  {
    what: "get of a name that isn't there",
    method: "GET",
    path: `${SECRET}/NOT_THERE?environmentId={environmentId}&resolve=true`,
    headers,
    body: null,
    token: true,
    answer: { status: 404, body: expect.objectContaining({ message: some }) },
  },
  {
    what: "useTokenExchange: JSON by its content type, and a body of no length",
    method: "POST",
    path: "/v1/auth/exchange",
    headers: { ...headers, "content-length": "0" },
    body: "",
    token: true,
    answer: {
      status: 200,
      body: {
        accessToken: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/),
        expiresIn: 900,
        tokenType: "Bearer",
      },
    },
  },
];
