import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { type Management, managementOf } from "../../testing/management.ts";
import { refusalOf } from "../../testing/refusal.ts";
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

describe("A vault", () => {
  const properties = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    location: "westeurope",
    properties: { tenantId: world.tenant.id, ...more },
  });

  test("is made once, keeps its port and name's case, and can be changed and shown", async () => {
    const first = await http.put(vaultId("Twice"), properties());
    const second = await http.put(vaultId("twice"), properties({ publicNetworkAccess: "Disabled" }));
    expect([first.status, second.status]).toEqual([201, 200]);
    const of = (reply: Reply): Record<string, unknown> =>
      (reply.body as { properties: Record<string, unknown> }).properties;
    expect(of(second)["localUri"]).toBe(of(first)["localUri"]);
    expect(of(second)["publicNetworkAccess"]).toBe("Disabled");
    expect(second.body).toMatchObject({ name: "Twice", type: "Microsoft.KeyVault/vaults" });
    expect((await http.get(vaultId("twice"))).body).toEqual(second.body);
    expect((await http.get(vaultId("absent"))).status).toBe(404);
  });

  test("is made once even when asked for twice at the same time", async () => {
    const [one, other] = await Promise.all([world.addVault("simultaneous"), world.addVault("simultaneous")]);
    expect(one.localPort).toBe(other.localPort);
  });

  test.each(["ab", "1abc", "a--b", "abc-", "a_b", "a".repeat(25)])("is refused the name %s", async (name) => {
    expect(refusalOf(await http.put(vaultId(name), properties()))).toEqual([400, "VaultNameNotValid"]);
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
      expect((await http.put(vaultId("refused"), properties(wrong))).status).toBe(400);
    }
    const elsewhere = vaultId("webshop").replace("/sync/", "/other/");
    expect(refusalOf(await http.put(elsewhere, properties()))).toEqual([409, "VaultAlreadyExists"]);
  });

  test("keeps its retention and its purge protection", async () => {
    const id = vaultId("kept");
    await http.put(id, properties({ softDeleteRetentionInDays: 7, enablePurgeProtection: true }));
    expect((await http.put(id, properties())).status).toBe(200);
    expect((await http.put(id, properties({ softDeleteRetentionInDays: 8 }))).status).toBe(400);
    expect((await http.put(id, properties({ enablePurgeProtection: false }))).status).toBe(400);
    expect((await http.get(id)).body).toMatchObject({
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
    const made = await http.put(path(vault.id, id), body());
    expect(made.status).toBe(201);
    expect((await http.put(path(vault.id, id), body())).status).toBe(200);
    expect(refusalOf(await http.put(path(vault.id, randomUUID()), body()))).toEqual([
      409,
      "RoleAssignmentExists",
    ]);
    const changed = body({ roleDefinitionId: "4633458b-17de-408a-b874-0445c86b69e6" });
    expect(refusalOf(await http.put(path(vault.id, id), changed))[1]).toBe(
      "RoleAssignmentUpdateNotPermitted",
    );
    const listed = await http.get(`${vault.id}/providers/Microsoft.Authorization/roleAssignments`);
    expect(listed.body).toEqual({ value: [made.body] });
    expect((await http.del(path(vault.id, id))).status).toBe(200);
    expect((await http.del(path(vault.id, id))).status).toBe(204);
  });

  test("is refused for an unknown role, principal, vault or scope", async () => {
    const at = (scope: string, wrong?: Record<string, unknown>): Promise<Reply> =>
      http.put(path(scope, randomUUID()), body(wrong));
    const known = vaultId("webshop");
    expect(refusalOf(await at(known, { roleDefinitionId: randomUUID() }))[1]).toBe(
      "RoleDefinitionDoesNotExist",
    );
    expect(refusalOf(await at(known, { principalId: randomUUID() }))[1]).toBe("PrincipalNotFound");
    expect(refusalOf(await at(vaultId("nowhere")))[1]).toBe("ResourceNotFound");
    expect(refusalOf(await at("/subscriptions/x"))[1]).toBe("InvalidScope");
  });

  test("can be of a custom role, but built-in roles stay as they are", async () => {
    const definition = (id: string): string =>
      `${vaultId("webshop")}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
    const role = { properties: { roleName: "Custom", permissions: [{ dataActions: ["x/y"] }] } };
    const id = randomUUID();
    expect((await http.put(definition(id), role)).status).toBe(201);
    expect((await http.put(definition(id), role)).status).toBe(200);
    expect(refusalOf(await http.put(definition(SECRETS_OFFICER), role))[1]).toBe(
      "InvalidRoleDefinitionUpdate",
    );
    expect(
      (await http.put(definition(randomUUID()), { properties: { roleName: "x", permissions: [] } })).status,
    ).toBe(400);
  });
});
