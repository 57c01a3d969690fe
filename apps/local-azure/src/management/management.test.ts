import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { AUDIENCE } from "../../testing/issuer.ts";
import { SECRETS_OFFICER, startWorld, vaultId, type World } from "../../testing/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
});

const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  world.manage(path, { method: "POST", body, headers });
const put = (path: string, body?: unknown): Promise<Reply> => world.manage(path, { method: "PUT", body });
const patch = (path: string, body?: unknown): Promise<Reply> => world.manage(path, { method: "PATCH", body });
const del = (path: string): Promise<Reply> => world.manage(path, { method: "DELETE" });

function field(reply: Reply, name: string): string {
  return String((reply.body as Record<string, unknown>)[name]);
}

function error({ status, body }: Reply): [number, string, string] {
  const { error } = body as { error: { code: string; message: string } };
  return [status, error.code, error.message];
}

const credential = (name = "sync", subject = "s"): Record<string, unknown> => ({
  name,
  issuer: "https://issuer.example",
  subject,
  audiences: [AUDIENCE],
});

describe("Management", () => {
  test("wants the admin key for everything but health", async () => {
    const call = (headers: Record<string, string>): Promise<Reply> =>
      world.https.call(`${world.azure.origin}/local/knobs`, { headers });
    expect((await call({})).status).toBe(401);
    expect((await call({ authorization: "Bearer wrong" })).status).toBe(401);
    expect((await call({ authorization: `Bearer ${world.azure.adminKey}` })).status).toBe(200);
    const unknown = await world.https.call(`${world.azure.origin}/nothing`);
    expect(unknown.status).toBe(401);
    expect((await world.https.call(`${world.azure.origin}/local/health`)).body).toEqual({ status: "ok" });
  });

  test("refuses unknown paths, wrong methods and broken JSON with a 4xx", async () => {
    expect(error(await world.manage("/nothing"))[0]).toBe(404);
    expect(error(await del("/local/knobs"))).toEqual([405, "MethodNotAllowed", "Allowed here: GET, PATCH."]);
    expect(error(await patch("/local/knobs", "{"))[0]).toBe(400);
    expect(error(await world.manage("/%zz"))[0]).toBe(400);
    expect(error(await patch("/local/knobs"))[0]).toBe(400);
  });

  test("names what is wrong with a body", async () => {
    const [status, , message] = error(await post("/v1.0/applications", { displayName: "", colour: "red" }));
    expect(status).toBe(400);
    expect(message).toContain("displayName");
    expect(message).toContain("colour");
  });
});

describe("The three acts of the portal", () => {
  test("lead over HTTP from nothing to a token and a written secret", async () => {
    const tenantId = field(await post("/local/tenants", { displayName: "Fresh Inc" }), "tenantId");
    const ofTenant = { "x-local-tenant": tenantId };
    const application = await post("/v1.0/applications", { displayName: "sync" }, ofTenant);
    const appId = field(application, "appId");
    const principal = await post("/v1.0/servicePrincipals", { appId }, ofTenant);
    const made = await post(`/v1.0/applications/${field(application, "id")}/federatedIdentityCredentials`, {
      name: "sync",
      issuer: world.issuer.url,
      subject: "fresh",
      audiences: [AUDIENCE],
      description: "d",
    });
    expect([application.status, principal.status, made.status]).toEqual([201, 201, 201]);
    const id = vaultId("fresh-vault");
    const vault = await put(id, { location: "northeurope", properties: { tenantId } });
    expect(vault.status).toBe(201);
    const { vaultUri, localUri } = (vault.body as { properties: Record<string, string> }).properties;
    expect(vaultUri).toBe(`https://fresh-vault.vault.localhost:${String(world.azure.port)}/`);
    const assigned = await put(`${id}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`, {
      properties: {
        roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`,
        principalId: field(principal, "id"),
      },
    });
    expect(assigned.status).toBe(201);
    const assertion = await world.issuer.assertion({ claims: { sub: "fresh" } });
    const token = await world.requestToken({ client_id: appId, client_assertion: assertion }, tenantId);
    const reply = await world.https.call(`${localUri ?? ""}secrets/a?api-version=7.6`, {
      method: "PUT",
      body: { value: "v" },
      headers: { authorization: `Bearer ${field(token, "access_token")}` },
    });
    expect(reply.status).toBe(200);
  });
});

describe("A tenant", () => {
  test("is made once for its id, and refused with a domain that is taken", async () => {
    const tenantId = randomUUID();
    const first = await post("/local/tenants", { tenantId, domain: "once.example" });
    const second = await post("/local/tenants", { tenantId: tenantId.toUpperCase() });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect((await post("/local/tenants", { domain: "once.example" })).status).toBe(409);
    expect((await post("/local/tenants", { tenantId: "nonsense" })).status).toBe(400);
  });

  test("must be named where there are several", async () => {
    await post("/local/tenants");
    expect(error(await post("/v1.0/applications", { displayName: "x" }))[1]).toBe("TenantMissing");
    const headers = { "x-local-tenant": randomUUID() };
    expect((await post("/v1.0/applications", { displayName: "x" }, headers)).status).toBe(404);
  });
});

describe("An application", () => {
  const ofTenant = (): Record<string, string> => ({ "x-local-tenant": world.tenant.id });

  test("is found by its filters, and disabled and enabled again", async () => {
    const made = await post("/v1.0/applications", { displayName: "it's mine" }, ofTenant());
    const find = async (filter: string): Promise<unknown[]> => {
      const reply = await world.manage(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, {
        headers: ofTenant(),
      });
      return (reply.body as { value: unknown[] }).value;
    };
    expect(await find("displayName eq 'it''s mine'")).toEqual([made.body]);
    expect(await find(`appId eq '${field(made, "appId")}'`)).toEqual([made.body]);
    const path = `/v1.0/applications/${field(made, "id")}`;
    expect((await patch(path, { isDisabled: true })).status).toBe(204);
    expect(field(await world.manage(path), "isDisabled")).toBe("true");
    expect((await patch(path, { isDisabled: null })).status).toBe(204);
    expect(field(await world.manage(path), "isDisabled")).toBe("false");
    expect((await world.manage(`/v1.0/applications/${randomUUID()}`)).status).toBe(404);
    const unsupported = await world.manage("/v1.0/applications?$filter=name", { headers: ofTenant() });
    expect(unsupported.status).toBe(400);
  });

  test("has one service principal at most, in its own tenant", async () => {
    const { appId } = world.application;
    expect((await post("/v1.0/servicePrincipals", { appId }, ofTenant())).status).toBe(409);
    expect((await post("/v1.0/servicePrincipals", { appId: randomUUID() }, ofTenant())).status).toBe(400);
    const listed = await world.manage(
      `/v1.0/servicePrincipals?$filter=appId eq '${appId}'`.replaceAll(" ", "%20"),
      {
        headers: ofTenant(),
      },
    );
    expect(listed.body).toMatchObject({ value: [{ id: world.principal.id }] });
    expect(
      (await patch(`/v1.0/servicePrincipals/${world.principal.id}`, { accountEnabled: true })).status,
    ).toBe(204);
  });
});

describe("A federated credential", () => {
  let base: string;

  beforeAll(async () => {
    const { id } = world.azure.graph.createApplication(world.tenant, { displayName: "credentials" });
    base = `/v1.0/applications/${id}/federatedIdentityCredentials`;
  });

  test("is refused for a bad name, two audiences, an empty or too long property, or no URL as issuer", async () => {
    for (const wrong of [
      { name: "ab" },
      { name: "-abc" },
      { name: "a b c" },
      { name: "a".repeat(121) },
      { issuer: "" },
      { issuer: "issuer" },
      { issuer: `https://${"i".repeat(600)}` },
      { subject: "" },
      { subject: "s".repeat(601) },
      { audiences: [] },
      { audiences: ["a".repeat(601)] },
      { description: "d".repeat(601) },
    ]) {
      expect(error(await post(base, { ...credential(), ...wrong })).slice(0, 2)).toEqual([
        400,
        "Request_BadRequest",
      ]);
    }
    const two = error(await post(base, { ...credential(), audiences: ["a", "b"] }));
    expect(two[2]).toContain("Federated identity credentials must have exactly one audience.");
  });

  test("is unique by name and by issuer with subject", async () => {
    expect((await post(base, credential("one", "one"))).status).toBe(201);
    expect((await post(base, credential("one", "other"))).status).toBe(409);
    expect(error(await post(base, credential("other", "one")))[2]).toContain(
      "Issuer and subject combination",
    );
  });

  test("is listed, shown by id and name, and deleted", async () => {
    const made = await post(base, credential("listed", "listed"));
    expect((await world.manage(base)).body).toMatchObject({
      value: expect.arrayContaining([made.body]),
    });
    expect((await world.manage(`${base}/listed`)).body).toEqual(made.body);
    expect((await del(`${base}/${field(made, "id")}`)).status).toBe(204);
    expect((await world.manage(`${base}/listed`)).status).toBe(404);
    expect((await del(`${base}/listed`)).status).toBe(404);
  });

  test("can be had twenty times, not more", async () => {
    const { id } = world.azure.graph.createApplication(world.tenant, { displayName: "many" });
    const path = `/v1.0/applications/${id}/federatedIdentityCredentials`;
    for (let index = 0; index < 20; index += 1) {
      expect((await post(path, credential(`name-${String(index)}`, `s-${String(index)}`))).status).toBe(201);
    }
    expect(error(await post(path, credential("one-more", "one-more")))[2]).toContain("maximum of 20");
  });

  test("belongs to an application that is there", async () => {
    expect(
      (await post(`/v1.0/applications/${randomUUID()}/federatedIdentityCredentials`, credential())).status,
    ).toBe(404);
  });
});

describe("A vault", () => {
  const properties = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    location: "westeurope",
    properties: { tenantId: world.tenant.id, ...more },
  });

  test("is made once, keeps its port and name's case, and can be changed and shown", async () => {
    const first = await put(vaultId("Twice"), properties());
    const second = await put(vaultId("twice"), properties({ publicNetworkAccess: "Disabled" }));
    expect([first.status, second.status]).toEqual([201, 200]);
    const of = (reply: Reply): Record<string, unknown> =>
      (reply.body as { properties: Record<string, unknown> }).properties;
    expect(of(second)["localUri"]).toBe(of(first)["localUri"]);
    expect(of(second)["publicNetworkAccess"]).toBe("Disabled");
    expect(second.body).toMatchObject({ name: "Twice", type: "Microsoft.KeyVault/vaults" });
    expect((await world.manage(vaultId("twice"))).body).toEqual(second.body);
    expect((await world.manage(vaultId("absent"))).status).toBe(404);
  });

  test("is made once even when asked for twice at the same time", async () => {
    const [one, other] = await Promise.all([world.addVault("simultaneous"), world.addVault("simultaneous")]);
    expect(one.localPort).toBe(other.localPort);
  });

  test.each(["ab", "1abc", "a--b", "abc-", "a_b", "a".repeat(25)])("is refused the name %s", async (name) => {
    expect(error(await put(vaultId(name), properties())).slice(0, 2)).toEqual([400, "VaultNameNotValid"]);
  });

  test("is refused a tenant that isn't there, wrong settings, and a name that is taken", async () => {
    for (const wrong of [
      { tenantId: randomUUID() },
      { softDeleteRetentionInDays: 6 },
      { enableSoftDelete: false },
      { publicNetworkAccess: "Maybe" },
      { networkAcls: { ipRules: [{ value: "300.1.1.1" }] } },
      { networkAcls: { ipRules: [{ value: "10.0.0.0/33" }] } },
      { surprise: true },
    ]) {
      expect((await put(vaultId("refused"), properties(wrong))).status).toBe(400);
    }
    const elsewhere = vaultId("webshop").replace("/sync/", "/other/");
    expect(error(await put(elsewhere, properties())).slice(0, 2)).toEqual([409, "VaultAlreadyExists"]);
  });

  test("keeps its retention and its purge protection", async () => {
    const id = vaultId("kept");
    await put(id, properties({ softDeleteRetentionInDays: 7, enablePurgeProtection: true }));
    expect((await put(id, properties())).status).toBe(200);
    expect((await put(id, properties({ softDeleteRetentionInDays: 8 }))).status).toBe(400);
    expect((await put(id, properties({ enablePurgeProtection: false }))).status).toBe(400);
    expect((await world.manage(id)).body).toMatchObject({
      properties: { softDeleteRetentionInDays: 7, enablePurgeProtection: true },
    });
  });
});

describe("A role assignment", () => {
  const path = (scope: string, id: string): string =>
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`;
  const body = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    properties: { roleDefinitionId: SECRETS_OFFICER, principalId: world.principal.id, ...more },
  });

  test("is made once, listed at its scope, and deleted as often as one likes", async () => {
    const vault = await world.addVault("assigned");
    const id = randomUUID();
    const made = await put(path(vault.id, id), body());
    expect(made.status).toBe(201);
    expect((await put(path(vault.id, id), body())).status).toBe(200);
    expect(error(await put(path(vault.id, randomUUID()), body())).slice(0, 2)).toEqual([
      409,
      "RoleAssignmentExists",
    ]);
    const changed = body({ roleDefinitionId: "4633458b-17de-408a-b874-0445c86b69e6" });
    expect(error(await put(path(vault.id, id), changed))[1]).toBe("RoleAssignmentUpdateNotPermitted");
    const listed = await world.manage(`${vault.id}/providers/Microsoft.Authorization/roleAssignments`);
    expect(listed.body).toEqual({ value: [made.body] });
    expect((await del(path(vault.id, id))).status).toBe(200);
    expect((await del(path(vault.id, id))).status).toBe(204);
  });

  test("is refused for an unknown role, principal, vault or scope", async () => {
    const at = (scope: string, wrong?: Record<string, unknown>): Promise<Reply> =>
      put(path(scope, randomUUID()), body(wrong));
    const known = vaultId("webshop");
    expect(error(await at(known, { roleDefinitionId: randomUUID() }))[1]).toBe("RoleDefinitionDoesNotExist");
    expect(error(await at(known, { principalId: randomUUID() }))[1]).toBe("PrincipalNotFound");
    expect(error(await at(vaultId("nowhere")))[1]).toBe("ResourceNotFound");
    expect(error(await at("/subscriptions/x"))[1]).toBe("InvalidScope");
  });

  test("can be of a custom role, but built-in roles stay as they are", async () => {
    const definition = (id: string): string =>
      `${vaultId("webshop")}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
    const role = { properties: { roleName: "Custom", permissions: [{ dataActions: ["x/y"] }] } };
    const id = randomUUID();
    expect((await put(definition(id), role)).status).toBe(201);
    expect((await put(definition(id), role)).status).toBe(200);
    expect(error(await put(definition(SECRETS_OFFICER), role))[1]).toBe("InvalidRoleDefinitionUpdate");
    expect(
      (await put(definition(randomUUID()), { properties: { roleName: "x", permissions: [] } })).status,
    ).toBe(400);
  });
});

describe("Seeding", () => {
  test("puts single, listed and counted secrets into a vault", async () => {
    await world.addVault("seeded");
    const base = "/local/vaults/seeded/secrets";
    expect((await put(`${base}/one`, { value: "1", contentType: "text/plain" })).status).toBe(204);
    expect((await put(`${base}/ONE`, { value: "2" })).status).toBe(204);
    expect(world.azure.peek("seeded", "one")).toBe("2");
    expect((await post(base, { secrets: [{ name: "two", value: "2" }] })).body).toEqual({ seeded: 1 });
    expect((await post(base, { count: 1000, prefix: "app-" })).body).toEqual({ seeded: 1000 });
    expect(world.azure.peek("seeded", "app-000999")).toBe("seeded");
    expect((await world.manage("/local/vaults/seeded")).body).toEqual({
      name: "seeded",
      secrets: { active: 1002, deleted: 0 },
    });
  });

  test("refuses wrong names, doubles, unknown vaults and names of deleted secrets", async () => {
    await world.addVault("picky");
    const base = "/local/vaults/picky/secrets";
    expect((await put(`${base}/under_score`, { value: "1" })).status).toBe(400);
    const doubled = {
      secrets: [
        { name: "a", value: "" },
        { name: "A", value: "" },
      ],
    };
    expect((await post(base, doubled)).status).toBe(400);
    expect((await put("/local/vaults/nowhere/secrets/a", { value: "1" })).status).toBe(404);
    world.azure.seedSecret("webshop", "gone", { value: "v" });
    await world.call("/secrets/gone", { method: "DELETE" });
    expect((await put("/local/vaults/webshop/secrets/gone", { value: "1" })).status).toBe(409);
  });
});

describe("Knobs over HTTP", () => {
  test("are shown, changed, refused, advanced and reset", async () => {
    expect((await world.manage("/local/knobs")).body).toMatchObject({ throttle: { creates: 300 } });
    expect((await patch("/local/knobs", { throttle: { creates: 1 } })).body).toMatchObject({
      throttle: { creates: 1, others: 4000 },
    });
    const [status, , message] = error(await patch("/local/knobs", { throttle: { creates: -1 } }));
    expect([status, message.includes("throttle.creates")]).toEqual([400, true]);
    expect((await post("/local/clock/advance", { milliseconds: 1500 })).body).toMatchObject({
      offsetMs: 1500,
    });
    expect((await post("/local/clock/advance", { milliseconds: -1 })).status).toBe(400);
    expect((await post("/local/knobs/reset")).body).toMatchObject({
      throttle: { creates: 300 },
      clock: { offsetMs: 0 },
    });
  });
});

describe("Statistics over HTTP", () => {
  test("count requests and tokens, keep the log without values, and are reset", async () => {
    expect((await post("/local/statistics/reset")).status).toBe(204);
    await world.accessToken();
    await world.call("/secrets/counted", {
      method: "PUT",
      body: { value: "canary-77e1", tags: { t: "canary" } },
    });
    await world.call("/secrets/absent");
    const statistics = await world.manage("/local/statistics");
    expect(statistics.body).toMatchObject({
      tokens: { issued: expect.any(Number) },
      vaults: { webshop: { setSecret: { 200: 1 }, getSecret: { 404: 1 } } },
      concurrency: { now: 0, max: 1, maxByVault: { webshop: { setSecret: 1 } } },
    });
    const log = await world.manage("/local/requests?vault=webshop&outcome=200&limit=1");
    expect(log.body).toEqual({
      total: 1,
      value: [
        {
          at: expect.any(String),
          vault: "webshop",
          operation: "setSecret",
          method: "PUT",
          secret: "counted",
          outcome: 200,
          hasBody: true,
          hasToken: true,
          durationMs: expect.any(Number),
        },
      ],
    });
    const all = await world.manage("/local/requests");
    expect(all.text).not.toContain("canary");
    expect(statistics.text).not.toContain("canary");
    expect((await world.manage("/local/requests?operation=nonsense")).status).toBe(400);
    await post("/local/statistics/reset");
    expect((await world.manage("/local/requests")).body).toEqual({ total: 0, value: [] });
  });
});
