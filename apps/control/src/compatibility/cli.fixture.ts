import { expect } from "@jest/globals";
import type { Exchange } from "./exchange.ts";

const axios = {
  accept: "application/json",
  "user-agent": "axios/1.18.1",
  "accept-encoding": "gzip, compress, deflate, br",
};
/** Axios sends the content type of JSON with every request but DELETE, where the client takes it away. */
const json = { ...axios, "content-type": "application/json" };
const BASE = "/v1/workspace/{workspace}/project/{project}";
const secret = (values: unknown): unknown =>
  expect.objectContaining({ id: "{secretId}", name: "API_KEY", values });
const value = (environmentId: string, text: string): unknown => ({
  environmentId,
  value: text,
  isPersonal: false,
});
const contains = (...items: unknown[]): unknown => expect.arrayContaining(items);
const some = expect.any(String) as unknown;

/** What the command line client `ek` asks, command by command. */
export const cliExchanges: readonly Exchange[] = [
  {
    what: "login: the codes, as the first thing that an unknown client asks",
    method: "POST",
    path: "/v1/auth/device/code",
    headers: json,
    body: { clientId: "enkryptify-cli" },
    token: false,
    answer: {
      status: 200,
      body: {
        deviceCode: some,
        userCode: some,
        verificationUri: some,
        verificationUriComplete: some,
        expiresIn: expect.any(Number),
        interval: expect.any(Number),
      },
    },
  },
  {
    what: "login: a poll with a code that was never given, which ends the login",
    method: "POST",
    path: "/v1/auth/device/token",
    headers: json,
    body: { clientId: "enkryptify-cli", deviceCode: "never-given" },
    token: false,
    answer: { status: 400, body: { error: some } },
  },
  {
    what: "configure: the workspaces",
    method: "GET",
    path: "/v1/workspace",
    headers: json,
    body: null,
    token: true,
    answer: { status: 200, body: contains({ id: "{workspaceId}", name: some, slug: "{workspace}" }) },
  },
  {
    what: "configure: the projects of a workspace, by team",
    method: "GET",
    path: "/v1/workspace/{workspace}/project",
    headers: json,
    body: null,
    token: true,
    answer: {
      status: 200,
      body: contains({
        id: some,
        name: some,
        projects: contains({ id: "{projectId}", name: some, slug: "{project}" }),
      }),
    },
  },
  {
    what: "configure: the environments of a project",
    method: "GET",
    path: `${BASE}/environment`,
    headers: json,
    body: null,
    token: true,
    answer: {
      status: 200,
      body: contains(expect.objectContaining({ id: "{environmentId}", name: "environment 0" })),
    },
  },
  {
    what: "secret create",
    method: "POST",
    path: `${BASE}/secret`,
    headers: json,
    body: {
      environments: ["{environmentId}"],
      secrets: [{ key: "MADE_BY_CREATE", value: "created", type: "runtime", dataType: "text" }],
    },
    token: true,
    answer: { status: 201, body: expect.objectContaining({ success: true }) },
  },
  {
    what: "import",
    method: "POST",
    path: `${BASE}/secret`,
    headers: json,
    body: {
      environments: ["{environmentId}"],
      secrets: [
        { key: "IMPORTED_1", value: "one", type: "runtime", dataType: "text" },
        { key: "IMPORTED_2", value: "line\nline", type: "runtime", dataType: "text" },
      ],
    },
    token: true,
    answer: { status: 201, body: expect.objectContaining({ success: true }) },
  },
  {
    what: "secret create, with the slash that the documentation has",
    method: "POST",
    path: `${BASE}/secret/`,
    headers: json,
    body: {
      environments: ["{environmentId}"],
      secrets: [{ key: "MADE_WITH_SLASH", value: "created", type: "runtime", dataType: "text" }],
    },
    token: true,
    answer: { status: 201, body: expect.objectContaining({ success: true }) },
  },
  {
    what: "import again: names that are there are refused",
    method: "POST",
    path: `${BASE}/secret`,
    headers: json,
    body: {
      environments: ["{environmentId}"],
      secrets: [
        { key: "IMPORTED_1", value: "another", type: "runtime", dataType: "text" },
        { key: "IMPORTED_3", value: "three", type: "runtime", dataType: "text" },
      ],
    },
    token: true,
    answer: { status: 409, body: { message: some, code: "SECRET_EXISTS" } },
  },
  {
    what: "secret create of a name that only another environment has a value of: one secret, two values",
    method: "POST",
    path: `${BASE}/secret`,
    headers: json,
    body: {
      environments: ["{otherEnvironmentId}"],
      secrets: [{ key: "MADE_BY_CREATE", value: "elsewhere", type: "runtime", dataType: "text" }],
    },
    token: true,
    answer: { status: 201, body: expect.objectContaining({ success: true }) },
  },
  {
    what: "secret list of the other environment, with the value that it has there",
    method: "GET",
    path: `${BASE}/secret?environment_id={otherEnvironmentId}`,
    headers: json,
    body: null,
    token: true,
    answer: {
      status: 200,
      body: contains(
        expect.objectContaining({
          name: "MADE_BY_CREATE",
          values: [value("{otherEnvironmentId}", "elsewhere")],
        }),
      ),
    },
  },
  {
    what: "secret update --ispersonal where personal values are switched off",
    method: "PUT",
    path: `${BASE}/secret/{secretId}`,
    headers: json,
    body: {
      name: "API_KEY",
      type: "runtime",
      dataType: "text",
      values: [
        value("{otherEnvironmentId}", "first"),
        value("{environmentId}", "first"),
        { environmentId: "{environmentId}", value: "mine", isPersonal: true },
      ],
    },
    token: true,
    answer: { status: 400, body: { message: some, code: "VALIDATION" } },
  },
  {
    what: "run in a project that isn't there",
    method: "GET",
    path: "/v1/workspace/{workspace}/project/not-there/environment",
    headers: json,
    body: null,
    token: true,
    answer: { status: 404, body: { message: some, code: "PROJECT_NOT_FOUND" } },
  },
  {
    what: "secret list",
    method: "GET",
    path: `${BASE}/secret?environment_id={environmentId}`,
    headers: json,
    body: null,
    token: true,
    answer: { status: 200, body: contains(secret([value("{environmentId}", "first")])) },
  },
  {
    what: "run",
    method: "GET",
    path: `${BASE}/secret?resolve=true&environment_id={environmentId}`,
    headers: json,
    body: null,
    token: true,
    answer: { status: 200, body: contains(secret([value("{environmentId}", "first")])) },
  },
  {
    what: "secret update and delete: every environment's values",
    method: "GET",
    path: `${BASE}/secret`,
    headers: json,
    body: null,
    token: true,
    answer: {
      status: 200,
      body: contains(
        secret(contains(value("{environmentId}", "first"), value("{otherEnvironmentId}", "first"))),
      ),
    },
  },
  {
    what: "secret update: all values written back, one of them another",
    method: "PUT",
    path: `${BASE}/secret/{secretId}`,
    headers: json,
    body: {
      name: "API_KEY",
      type: "runtime",
      dataType: "text",
      values: [value("{otherEnvironmentId}", "first"), value("{environmentId}", "second")],
    },
    token: true,
    answer: { status: 200 },
  },
  {
    what: "sdk: a token for the SDK of a child process",
    method: "POST",
    path: "/v1/workspace/{workspace}/tokens/cli",
    headers: json,
    body: { environmentId: "{environmentId}" },
    token: true,
    answer: { status: 200, body: { token: expect.stringMatching(/^ek_live_/) } },
  },
  {
    what: "secret delete, without a content type",
    method: "DELETE",
    path: `${BASE}/secret/{secretId}`,
    headers: axios,
    body: null,
    token: true,
    answer: { status: 200 },
  },
  {
    what: "import: the teams, for a new project",
    method: "GET",
    path: "/v1/workspace/{workspace}/team",
    headers: json,
    body: null,
    token: true,
    answer: { status: 200, body: contains(expect.objectContaining({ id: "{teamId}", name: some })) },
  },
  {
    what: "import: a new project",
    method: "POST",
    path: "/v1/workspace/{workspace}/project",
    headers: json,
    body: { name: "{newProject}", slug: "{newProject}", teamId: "{teamId}" },
    token: true,
    answer: { status: 201, body: { id: some, name: "{newProject}", slug: "{newProject}" } },
  },
  {
    what: "import: a new environment",
    method: "POST",
    path: "/v1/workspace/{workspace}/project/{newProject}/environment",
    headers: json,
    body: { name: "production", hasPersonalOverrides: false },
    token: true,
    answer: { status: 201 },
  },
  {
    what: "whoami",
    method: "GET",
    path: "/v1/me",
    headers: json,
    body: null,
    token: true,
    answer: { status: 200, body: { id: some, email: some, name: some } },
  },
  {
    what: "whoami with a token that ended, which is a sign-out",
    method: "GET",
    path: "/v1/me",
    headers: { ...json, authorization: "Bearer ek_live_ended" },
    body: null,
    token: false,
    answer: { status: 401, body: expect.objectContaining({ message: some }) },
  },
  {
    what: "logout: a body of nothing; a token that wasn't made by a login stays",
    method: "POST",
    path: "/v1/auth/cli/logout",
    headers: json,
    body: {},
    token: true,
    answer: { status: 200, body: { revoked: false } },
  },
];
