import { expect } from "@jest/globals";
import type { Exchange } from "./exchange.ts";
import { sdkExchanges, sdkSecret } from "./sdk.fixture.ts";

const node = { "content-type": "application/json", "user-agent": "node", accept: "*/*" };
const SECRET = "/v1/workspace/{workspace}/project/{project}/secret";
const some = expect.any(String) as unknown;

/** What the TypeScript SDK asks. */
export const typescriptSdkExchanges: readonly Exchange[] = [
  ...sdkExchanges(node),
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
