import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { AUDIENCE } from "../../testing/issuer.ts";
import { type Management, managementOf } from "../../testing/management.ts";
import { messageOf, refusalOf } from "../../testing/refusal.ts";
import { startWorld, type World } from "../../testing/world.ts";

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

const credential = (name = "sync", subject = "s"): Record<string, unknown> => ({
  name,
  issuer: "https://issuer.example",
  subject,
  audiences: [AUDIENCE],
});

describe("A tenant", () => {
  test("is made once for its id, and refused with a domain that is taken", async () => {
    const tenantId = randomUUID();
    const first = await http.post("/local/tenants", { tenantId, domain: "once.example" });
    const second = await http.post("/local/tenants", { tenantId: tenantId.toUpperCase() });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect((await http.post("/local/tenants", { domain: "once.example" })).status).toBe(409);
    expect((await http.post("/local/tenants", { tenantId: "nonsense" })).status).toBe(400);
  });

  test("must be named where there are several", async () => {
    await http.post("/local/tenants");
    expect(refusalOf(await http.post("/v1.0/applications", { displayName: "x" }))[1]).toBe("TenantMissing");
    const headers = { "x-local-tenant": randomUUID() };
    expect((await http.post("/v1.0/applications", { displayName: "x" }, headers)).status).toBe(404);
  });
});

describe("An application", () => {
  const ofTenant = (): Record<string, string> => ({ "x-local-tenant": world.tenant.id });

  test("is found by its filters, and disabled and enabled again", async () => {
    const made = await http.post("/v1.0/applications", { displayName: "it's mine" }, ofTenant());
    const find = async (filter: string): Promise<unknown[]> => {
      const reply = await http.get(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, ofTenant());
      return (reply.body as { value: unknown[] }).value;
    };
    expect(await find("displayName eq 'it''s mine'")).toEqual([made.body]);
    expect(await find(`appId eq '${field(made, "appId")}'`)).toEqual([made.body]);
    const path = `/v1.0/applications/${field(made, "id")}`;
    expect((await http.patch(path, { isDisabled: true })).status).toBe(204);
    expect(field(await http.get(path), "isDisabled")).toBe("true");
    expect((await http.patch(path, { isDisabled: null })).status).toBe(204);
    expect(field(await http.get(path), "isDisabled")).toBe("false");
    expect((await http.get(`/v1.0/applications/${randomUUID()}`)).status).toBe(404);
    const unsupported = await http.get("/v1.0/applications?$filter=name", ofTenant());
    expect(unsupported.status).toBe(400);
  });

  test("has one service principal at most, in its own tenant", async () => {
    const { appId } = world.application;
    expect((await http.post("/v1.0/servicePrincipals", { appId }, ofTenant())).status).toBe(409);
    expect((await http.post("/v1.0/servicePrincipals", { appId: randomUUID() }, ofTenant())).status).toBe(
      400,
    );
    const listed = await http.get(
      `/v1.0/servicePrincipals?$filter=appId eq '${appId}'`.replaceAll(" ", "%20"),
      ofTenant(),
    );
    expect(listed.body).toMatchObject({ value: [{ id: world.principal.id }] });
    expect(
      (await http.patch(`/v1.0/servicePrincipals/${world.principal.id}`, { accountEnabled: true })).status,
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
      expect(refusalOf(await http.post(base, { ...credential(), ...wrong }))).toEqual([
        400,
        "Request_BadRequest",
      ]);
    }
    const two = messageOf(await http.post(base, { ...credential(), audiences: ["a", "b"] }));
    expect(two).toContain("Federated identity credentials must have exactly one audience.");
  });

  test("is unique by name and by issuer with subject", async () => {
    expect((await http.post(base, credential("one", "one"))).status).toBe(201);
    expect((await http.post(base, credential("one", "other"))).status).toBe(409);
    expect(messageOf(await http.post(base, credential("other", "one")))).toContain(
      "Issuer and subject combination",
    );
  });

  test("is listed, shown by id and name, and deleted", async () => {
    const made = await http.post(base, credential("listed", "listed"));
    expect((await http.get(base)).body).toMatchObject({
      value: expect.arrayContaining([made.body]),
    });
    expect((await http.get(`${base}/listed`)).body).toEqual(made.body);
    expect((await http.del(`${base}/${field(made, "id")}`)).status).toBe(204);
    expect((await http.get(`${base}/listed`)).status).toBe(404);
    expect((await http.del(`${base}/listed`)).status).toBe(404);
  });

  test("can be had twenty times, not more", async () => {
    const { id } = world.azure.graph.createApplication(world.tenant, { displayName: "many" });
    const path = `/v1.0/applications/${id}/federatedIdentityCredentials`;
    for (let index = 0; index < 20; index += 1) {
      expect((await http.post(path, credential(`name-${String(index)}`, `s-${String(index)}`))).status).toBe(
        201,
      );
    }
    expect(messageOf(await http.post(path, credential("one-more", "one-more")))).toContain("maximum of 20");
  });

  test("belongs to an application that is there", async () => {
    expect(
      (await http.post(`/v1.0/applications/${randomUUID()}/federatedIdentityCredentials`, credential()))
        .status,
    ).toBe(404);
  });
});
