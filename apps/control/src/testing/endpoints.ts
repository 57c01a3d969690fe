import { connection, type GivenProject } from "./given.ts";

/** An endpoint of the API, with a body that it takes. */
export type Endpoint = Readonly<{ method: string; path: string; body?: Readonly<Record<string, unknown>> }>;

/** What the addresses are made of. */
export type Addressed = Readonly<{
  project: GivenProject;
  syncId: string;
  secretId: string;
  tokenId: string;
}>;

const NIL = "00000000-0000-4000-8000-000000000000";
const WORKSPACE = "/v1/workspace/default";

/** All endpoints that read a body. */
export function writingEndpoints({ project, syncId, secretId }: Addressed): Endpoint[] {
  const [environmentId = ""] = project.environments;
  const sync = `/v1/sync/${syncId}`;
  const nothing = ["validate", "run", "pause", "resume"];
  const scope = { all: true, teams: [], projects: [], environments: [] };
  return [
    { method: "POST", path: `${WORKSPACE}/team`, body: { name: "t" } },
    { method: "POST", path: `${WORKSPACE}/project`, body: { name: "p", slug: "pp", teamId: NIL } },
    { method: "POST", path: `${project.path}/environment`, body: { name: "e", hasPersonalOverrides: false } },
    {
      method: "POST",
      path: `${WORKSPACE}/tokens`,
      body: { name: "t", permission: "read", scope, expiresIn: "24h", role: "member" },
    },
    { method: "POST", path: `${WORKSPACE}/tokens/cli`, body: { environmentId } },
    {
      method: "POST",
      path: `${project.path}/secret`,
      body: { environments: [environmentId], secrets: [{ key: "K", value: "v", type: "runtime" }] },
    },
    {
      method: "PUT",
      path: `${project.path}/secret/${secretId}`,
      body: { name: "K", type: "runtime", dataType: "text", values: [{ environmentId, value: "v" }] },
    },
    { method: "POST", path: "/v1/sync/azure-key-vault/start", body: { project: project.slug, name: "n" } },
    { method: "POST", path: `${sync}/connect`, body: { ...connection, prefix: "p", namePolicy: "strict" } },
    { method: "POST", path: `${sync}/link`, body: { environmentId } },
    {
      method: "PATCH",
      path: sync,
      body: { name: "n", schedule: { cron: "0 3 * * *", timeZone: "UTC" }, removalPolicy: "keep" },
    },
    { method: "POST", path: `${sync}/adopt`, body: { secretIds: [secretId] } },
    { method: "PUT", path: `${sync}/names/${secretId}`, body: { vaultName: "chosen" } },
    { method: "POST", path: `${sync}/disconnect`, body: { secrets: "leave" } },
    { method: "POST", path: `${sync}/plans/${NIL}/approve`, body: {} },
    ...nothing.map((action) => ({ method: "POST", path: `${sync}/${action}`, body: {} })),
  ];
}

/** All endpoints that only read, or take no body. */
export function readingEndpoints({ project, syncId, tokenId, secretId }: Addressed): Endpoint[] {
  const get = [
    "/v1/me",
    "/v1/workspace",
    `${WORKSPACE}/team`,
    `${WORKSPACE}/project`,
    `${WORKSPACE}/tokens`,
    `${project.path}/environment`,
    `${project.path}/secret`,
    `${project.path}/secret/K`,
    "/v1/sync",
    ...[
      "",
      "/setup",
      "/runs",
      `/runs/${NIL}`,
      "/records",
      "/validations",
      `/validations/${NIL}`,
      `/plans/${NIL}`,
      "/names",
      "/audit",
    ].map((rest) => `/v1/sync/${syncId}${rest}`),
  ];
  return [
    ...get.map((path) => ({ method: "GET", path })),
    { method: "POST", path: "/v1/auth/exchange" },
    { method: "DELETE", path: `${WORKSPACE}/tokens/${tokenId}` },
    { method: "DELETE", path: `/v1/sync/${syncId}/names/${secretId}` },
    { method: "DELETE", path: `${project.path}/secret/${secretId}` },
  ];
}
