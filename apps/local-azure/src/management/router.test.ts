import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { AUDIENCE } from "../../testing/issuer.ts";
import { type Management, managementOf } from "../../testing/management.ts";
import { messageOf, refusalOf } from "../../testing/refusal.ts";
import { SECRETS_OFFICER, startWorld, vaultId, type World } from "../../testing/world.ts";

let world: World;
let http: Management;

beforeAll(async () => {
  world = await startWorld();
  http = managementOf(world);
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
});

function field(reply: Reply, name: string): string {
  return String((reply.body as Record<string, unknown>)[name]);
}

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
    expect((await http.get("/nothing")).status).toBe(404);
    const wrongMethod = await http.del("/local/knobs");
    expect(refusalOf(wrongMethod)).toEqual([405, "MethodNotAllowed"]);
    expect(messageOf(wrongMethod)).toBe("Allowed here: GET, PATCH.");
    expect((await http.patch("/local/knobs", "{")).status).toBe(400);
    expect((await http.get("/%zz")).status).toBe(400);
    expect((await http.patch("/local/knobs")).status).toBe(400);
  });

  test("names what is wrong with a body", async () => {
    const reply = await http.post("/v1.0/applications", { displayName: "", colour: "red" });
    expect(reply.status).toBe(400);
    expect(messageOf(reply)).toContain("displayName");
    expect(messageOf(reply)).toContain("colour");
  });
});

describe("The three acts of the portal", () => {
  test("lead over HTTP from nothing to a token and a written secret", async () => {
    const tenantId = field(await http.post("/local/tenants", { displayName: "Fresh Inc" }), "tenantId");
    const ofTenant = { "x-local-tenant": tenantId };
    const application = await http.post("/v1.0/applications", { displayName: "sync" }, ofTenant);
    const appId = field(application, "appId");
    const principal = await http.post("/v1.0/servicePrincipals", { appId }, ofTenant);
    const made = await http.post(
      `/v1.0/applications/${field(application, "id")}/federatedIdentityCredentials`,
      {
        name: "sync",
        issuer: world.issuer.url,
        subject: "fresh",
        audiences: [AUDIENCE],
        description: "d",
      },
    );
    expect([application.status, principal.status, made.status]).toEqual([201, 201, 201]);
    const id = vaultId("fresh-vault");
    const vault = await http.put(id, { location: "northeurope", properties: { tenantId } });
    expect(vault.status).toBe(201);
    const { vaultUri, localUri } = (vault.body as { properties: Record<string, string> }).properties;
    expect(vaultUri).toBe(`https://fresh-vault.vault.localhost:${String(world.azure.port)}/`);
    const assigned = await http.put(
      `${id}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
      {
        properties: {
          roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`,
          principalId: field(principal, "id"),
        },
      },
    );
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
