import { expect } from "@jest/globals";
import type { Exchange } from "./exchange.ts";

const node = { "content-type": "application/json", "user-agent": "node", accept: "*/*" };
const SECRET = "/v1/workspace/{workspace}/project/{project}/secret";
const some = expect.any(String) as unknown;

/** A secret as the SDK reads it: the environment's id must be the configured one, letter by letter. */
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

/** What the TypeScript SDK asks. */
export const typescriptSdkExchanges: readonly Exchange[] = [
  {
    what: "get, the first time: all secrets of the environment",
    method: "GET",
    path: `${SECRET}?environmentId={environmentId}&resolve=true`,
    headers: node,
    body: null,
    token: true,
    answer: { status: 200, body: [sdkSecret] },
  },
  {
    what: "get without the cache: one secret by its name",
    method: "GET",
    path: `${SECRET}/API_KEY?environmentId={environmentId}&resolve=true`,
    headers: node,
    body: null,
    token: true,
    answer: { status: 200, body: sdkSecret },
  },
  {
    what: "get of a name that isn't there",
    method: "GET",
    path: `${SECRET}/NOT_THERE?environmentId={environmentId}&resolve=true`,
    headers: node,
    body: null,
    token: true,
    answer: { status: 404, body: expect.objectContaining({ message: some }) },
  },
  {
    what: "with a project given by its id",
    method: "GET",
    path: "/v1/workspace/{workspaceId}/project/{projectId}/secret?environmentId={environmentId}&resolve=true",
    headers: node,
    body: null,
    token: true,
    answer: { status: 200, body: [sdkSecret] },
  },
  {
    what: "useTokenExchange: JSON by its content type, and a body of no length",
    method: "POST",
    path: "/v1/auth/exchange",
    headers: { ...node, "content-length": "0" },
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
  {
    what: "with a token that isn't one",
    method: "GET",
    path: `${SECRET}?environmentId={environmentId}&resolve=true`,
    headers: { ...node, authorization: "Bearer ek_live_nobody" },
    body: null,
    token: false,
    answer: { status: 401, body: expect.objectContaining({ message: some }) },
  },
  {
    what: "with an environment that isn't there, or another project's",
    method: "GET",
    path: `${SECRET}?environmentId=00000000-0000-4000-8000-000000000000&resolve=true`,
    headers: node,
    body: null,
    token: true,
    answer: { status: 404, body: expect.objectContaining({ message: some }) },
  },
];
