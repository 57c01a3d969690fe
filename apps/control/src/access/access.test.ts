import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { everywhere, startControl, type TestControl, type TokenKind } from "../testing/control.ts";
import { givenForeignWorkspace, givenProject, givenSecrets, givenSync, ok } from "../testing/given.ts";

const NEW_TOKEN = { name: "ci", permission: "read-write", scope: everywhere, expiresIn: "30d" };
const REFUSED = { message: "Invalid or expired token", code: "UNAUTHENTICATED" };

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

type Created = Readonly<{ id: string; token: string; prefix: string; expiresAt: string }>;
const tokens = "/v1/workspace/default/tokens";

describe("tokens", () => {
  test("a token's plaintext is in the answer to its creation alone, and only its hash is stored", async () => {
    const created = await ok<Created>(control, "POST", `${tokens}/`, NEW_TOKEN);
    expect(created.token).toMatch(/^ek_live_[0-9A-Za-z]{44}$/);
    expect(created).toMatchObject({ name: "ci", permission: "read-write", scope: everywhere });
    const row = await control.database.apiToken.findUniqueOrThrow({ where: { id: created.id } });
    expect(JSON.stringify(row)).not.toContain(created.token.slice(12));
    expect(row.hash).toHaveLength(32);
    const list = await control.ask("GET", tokens);
    expect(list.text).not.toContain(created.token);
    expect(list.text).toContain(created.prefix);
    const days = (Date.parse(created.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
  });

  test("the list has Enkryptify's members", async () => {
    const [token] = await ok<object[]>(control, "GET", tokens);
    expect(Object.keys(token ?? {})).toEqual(
      expect.arrayContaining(
        "id name prefix permission scope type isOwner createdById createdAt expiresAt lastUsedAt revokedAt".split(
          " ",
        ),
      ),
    );
  });

  test.each([
    ["an unknown", async () => `ek_live_${"x".repeat(44)}`],
    ["a malformed", async () => "ek_live_short"],
    ["an empty", async () => ""],
    ["a made-up JWT", async () => "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."],
    ["an expired", async () => (await control.token({ expiresAt: new Date(Date.now() - 1) })).token],
    ["a revoked", revoked],
  ])("%s token is answered with 401 and the same sentence", async (_kind, make) => {
    const answer = await control.ask("GET", "/v1/me", { token: await make() });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(REFUSED);
  });

  test("no token at all, or another scheme, is answered with 401 too", async () => {
    for (const headers of [{}, { authorization: "Basic abc" }, { "x-api-key": control.adminToken }]) {
      const answer = await control.ask("GET", "/v1/workspace", { token: null, headers });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(REFUSED);
    }
  });

  test("a token that is revoked works no more, nor does revoking it again", async () => {
    const { id, token } = await ok<Created>(control, "POST", tokens, NEW_TOKEN);
    expect((await control.ask("GET", "/v1/me", { token })).status).toBe(200);
    expect((await control.ask("DELETE", `${tokens}/${id}`)).status).toBe(200);
    expect((await control.ask("GET", "/v1/me", { token })).status).toBe(401);
    expect((await control.ask("DELETE", `${tokens}/${id}`)).status).toBe(404);
  });

  test("a member's token can't be made to write, and a scope can't name what isn't there", async () => {
    const foreign = await givenForeignWorkspace(control);
    for (const change of [
      { role: "member" },
      { scope: { all: false, teams: [foreign.teamId] } },
      { scope: { all: false, environments: [foreign.environmentId] } },
    ])
      expect((await control.ask("POST", tokens, { body: { ...NEW_TOKEN, ...change } })).status).toBe(400);
  });

  async function revoked(): Promise<string> {
    const { id, token } = await control.token();
    await ok(control, "DELETE", `${tokens}/${id}`);
    return token;
  }
});

describe("the exchange of a token for a JWT", () => {
  const exchange = (token: string): ReturnType<TestControl["ask"]> =>
    control.ask("POST", "/v1/auth/exchange", {
      token,
      headers: { "content-type": "application/json", "content-length": "0" },
    });

  test("takes a JSON content type with an empty body, and the JWT has the token's rights", async () => {
    const { id, token } = await control.token({ permission: "read" });
    const { status, body } = await exchange(token);
    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: expect.any(String), expiresIn: 900, tokenType: "Bearer" });
    const log = `/v1/workspace/${control.workspaceId}/audit?action=token.exchanged&limit=1`;
    const { events } = await ok<{ events: object[] }>(control, "GET", log);
    expect(events).toMatchObject([{ entity: { id }, actor: { id } }]);
    const { accessToken } = body as { accessToken: string };
    const [, payload = ""] = accessToken.split(".");
    const { iat, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, number>;
    expect((exp ?? 0) - (iat ?? 0)).toBe(900);
    expect((await control.ask("GET", "/v1/workspace", { token: accessToken })).status).toBe(200);
    const { path, environments } = await givenProject(control);
    const body2 = { environments, secrets: [{ key: "A", value: "a" }] };
    const written = await control.ask("POST", `${path}/secret`, { token: accessToken, body: body2 });
    expect(written.status).toBe(403);
  });

  test("revoking the token acts on the JWT at once, and so does its expiry", async () => {
    const { id, token } = await control.token();
    const { accessToken } = (await exchange(token)).body as { accessToken: string };
    await control.database.apiToken.update({ where: { id }, data: { expiresAt: new Date(0) } });
    expect((await control.ask("GET", "/v1/me", { token: accessToken })).status).toBe(401);
    await control.database.apiToken.update({ where: { id }, data: { expiresAt: null } });
    expect((await control.ask("GET", "/v1/me", { token: accessToken })).status).toBe(200);
    await ok(control, "DELETE", `${tokens}/${id}`);
    expect((await control.ask("GET", "/v1/me", { token: accessToken })).status).toBe(401);
  });

  test("a JWT whose signature was altered is refused", async () => {
    const { accessToken } = (await exchange(control.adminToken)).body as { accessToken: string };
    const forged = accessToken.replace(/\.[^.]+$/, `.${"A".repeat(43)}`);
    expect((await control.ask("GET", "/v1/me", { token: forged })).status).toBe(401);
  });
});

describe("the token of the CLI", () => {
  test("reads its environment alone, ends within 8 hours and never after its maker", async () => {
    const project = await givenProject(control, 2);
    await givenSecrets(control, project, { KEY: "value" });
    const [own = "", other = ""] = project.environments;
    const expiresAt = new Date(Date.now() + 3_600_000);
    const maker = await control.token({ expiresAt });
    const made = await control.ask("POST", `${tokens}/cli`, {
      token: maker.token,
      body: { environmentId: own },
    });
    const { token } = made.body as { token: string };
    const list = (id: string): ReturnType<TestControl["ask"]> =>
      control.ask("GET", `${project.path}/secret?environment_id=${id}`, { token });
    expect((await list(own)).body).toMatchObject([{ name: "KEY", values: [{ environmentId: own }] }]);
    expect((await list(other)).status).toBe(404);
    expect((await control.ask("DELETE", `${project.path}/secret/${own}`, { token })).status).toBe(403);
    const row = await control.database.apiToken.findFirstOrThrow({ where: { createdById: maker.id } });
    expect(row).toMatchObject({ type: "cli", permission: "read", role: "member", expiresAt });

    await ok(control, "DELETE", `${tokens}/${maker.id}`);
    expect((await list(own)).status).toBe(401);
  });

  test("can't be had for an environment out of reach, or of another workspace", async () => {
    const foreign = await givenForeignWorkspace(control);
    const [environmentId] = (await givenProject(control)).environments;
    const { token } = await control.token({ scope: { ...everywhere, all: false } });
    for (const given of [
      { body: { environmentId: foreign.environmentId } },
      { token, body: { environmentId } },
    ])
      expect((await control.ask("POST", `${tokens}/cli`, given)).status).toBe(404);
  });
});

describe("roles and permissions", () => {
  const kinds: ReadonlyArray<readonly [string, TokenKind, boolean, boolean, boolean]> = [
    ["an admin", { role: "admin" }, true, true, true],
    ["an admin who reads", { role: "admin", permission: "read" }, true, false, false],
    ["a developer", { role: "developer" }, true, true, false],
    ["a developer who reads", { role: "developer", permission: "read" }, true, false, false],
    ["a member", { role: "member" }, true, false, false],
  ];
  test.each(kinds)("%s reads, writes secrets and creates syncs as far as allowed", async (...row) => {
    const [, kind, reads, writes, creates] = row;
    const project = await givenProject(control);
    const { token } = await control.token(kind);
    const asks = async (method: string, path: string, body?: unknown): Promise<number> =>
      (await control.ask(method, path, { token, body })).status;
    expect(await asks("GET", `${project.path}/secret`)).toBe(reads ? 200 : 403);
    const secret = { environments: project.environments, secrets: [{ key: "A", value: "a" }] };
    expect(await asks("POST", `${project.path}/secret`, secret)).toBe(writes ? 201 : 403);
    const start = await asks("POST", "/v1/sync/azure-key-vault/start", { project: project.slug });
    expect(start).toBe(creates ? 201 : 403);
    const team = await asks("POST", "/v1/workspace/default/team", { name: project.slug });
    expect(team).toBe(creates ? 201 : 403);
    expect(await asks("POST", tokens, { ...NEW_TOKEN, permission: "read" })).toBe(creates ? 201 : 403);
  });

  test("syncs are for admins, whatever is asked of them", async () => {
    const syncId = await givenSync(control, await givenProject(control));
    const { token } = await control.token({ role: "developer" });
    for (const [method, path] of [
      ["GET", "/v1/sync"],
      ["GET", `/v1/sync/${syncId}`],
      ["GET", `/v1/sync/${syncId}/setup`],
      ["GET", `/v1/sync/${syncId}/records`],
      ["GET", `/v1/sync/${syncId}/runs`],
      ["POST", `/v1/sync/${syncId}/disconnect`],
    ] as const)
      expect((await control.ask(method, path, { token })).status).toBe(403);
    expect(await ok(control, "GET", `/v1/sync/${syncId}`)).toMatchObject({ state: "awaiting_azure" });
  });
});
