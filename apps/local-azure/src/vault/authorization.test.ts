import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { messageOf, refusalOf } from "../../testing/refusal.ts";
import { startWorld, type World } from "../../testing/world.ts";

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

describe("A role", () => {
  test("is missing: the answer names caller, action and resource", async () => {
    const vault = await world.addVault("closed");
    const reply = await world.call("/secrets/Some-Name", { vault });
    const { appid, oid, iss } = decodeJwt(await world.accessToken()) as Record<string, string>;
    expect(refusalOf(reply)).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
    expect(messageOf(reply)).toBe(
      `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=${appid ?? ""};oid=${oid ?? ""};iss=${iss ?? ""}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '${vault.id.toLowerCase()}/secrets/some-name'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: closed;location=westeurope\r\n`,
    );
  });

  test("allows what its data actions say and nothing else", async () => {
    const vault = await world.addVault("pushing");
    const role = randomUUID();
    world.azure.resources.putRoleDefinition(role, {
      properties: {
        roleName: "Push only",
        permissions: [
          {
            dataActions: [
              "Microsoft.KeyVault/vaults/secrets/setSecret/action",
              "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
            ],
          },
        ],
      },
    });
    world.grant(vault.id, role);
    expect((await world.call("/secrets/a", { vault, method: "PUT", body: { value: "v" } })).status).toBe(200);
    expect((await world.call("/secrets", { vault })).status).toBe(200);
    expect(refusalOf(await world.call("/secrets/a", { vault }))).toEqual([
      403,
      "Forbidden",
      "ForbiddenByRbac",
    ]);
    expect((await world.call("/secrets/a", { vault, method: "DELETE" })).status).toBe(403);
  });

  test("on one secret allows that secret only", async () => {
    const vault = await world.addVault("narrow");
    world.grant(`${vault.id}/secrets/mine`, "4633458b-17de-408a-b874-0445c86b69e6");
    expect((await world.call("/secrets/MINE", { vault })).status).toBe(404);
    expect((await world.call("/secrets/mine2", { vault })).status).toBe(403);
    expect((await world.call("/secrets", { vault })).status).toBe(403);
  });

  test("on the resource group allows every vault in it", async () => {
    const vault = await world.addVault("grouped");
    const id = world.grant(vault.id.slice(0, vault.id.indexOf("/providers")));
    expect((await world.call("/secrets", { vault })).status).toBe(200);
    world.azure.resources.deleteRoleAssignment(id);
    expect((await world.call("/secrets", { vault })).status).toBe(403);
  });

  test("acts only after it has propagated by the clock", async () => {
    const vault = await world.addVault("young");
    world.azure.knobs.patch({ propagation: { roleAssignmentMs: 60_000 } });
    world.grant(vault.id);
    expect((await world.call("/secrets", { vault })).status).toBe(403);
    world.azure.knobs.advance(60_000);
    const reply = await world.call("/secrets", { vault });
    expect(reply.status).toBe(200);
    expect(reply.headers["x-ms-keyvault-rbac-assignment-id"]).toMatch(/^[0-9a-f]{32}$/);
  });

  test("counts for nothing in a vault with access policies, whose refusal is ForbiddenByPolicy", async () => {
    const vault = await world.addVault("policies", {
      enableRbacAuthorization: false,
      accessPolicies: [
        { tenantId: world.tenant.id, objectId: world.principal.id, permissions: { secrets: ["List"] } },
      ],
    });
    world.grant(vault.id);
    expect((await world.call("/secrets", { vault })).status).toBe(200);
    const reply = await world.call("/secrets/a", { vault, method: "PUT", body: { value: "v" } });
    expect(refusalOf(reply)).toEqual([403, "Forbidden", "ForbiddenByPolicy"]);
    expect(messageOf(reply)).toContain(
      "does not have secrets set permission on key vault 'policies;location=westeurope'.",
    );
  });
});

describe("The network", () => {
  test("that is closed is refused before the token is looked at", async () => {
    const vault = await world.addVault("private", { publicNetworkAccess: "Disabled" });
    const reply = await world.call("/secrets", { vault, headers: { authorization: "" } });
    expect(refusalOf(reply)).toEqual([403, "Forbidden", "ForbiddenByConnection"]);
    expect(messageOf(reply)).toBe(
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nVault: private;location=westeurope",
    );
  });

  test("lets through the addresses that the vault lists", async () => {
    const acls = (value: string): Record<string, unknown> => ({
      networkAcls: { defaultAction: "Deny", ipRules: [{ value }] },
    });
    const vault = await world.addVault("walled", acls("203.0.113.0/24"));
    world.grant(vault.id);
    const reply = await world.call("/secrets", { vault });
    expect(refusalOf(reply)).toEqual([403, "Forbidden", "ForbiddenByFirewall"]);
    expect(messageOf(reply)).toContain("Client address: 127.0.0.1\r\nCaller: appid=");
    await world.addVault("walled", acls("127.0.0.0/8"));
    expect((await world.call("/secrets", { vault })).status).toBe(200);
  });

  test("can be closed and opened by a knob", async () => {
    world.azure.knobs.patch({ firewall: { Webshop: "firewall" } });
    expect(refusalOf(await world.call("/secrets"))).toEqual([403, "Forbidden", "ForbiddenByFirewall"]);
    world.azure.knobs.patch({ firewall: { webshop: "connection" } });
    expect(refusalOf(await world.call("/secrets"))).toEqual([403, "Forbidden", "ForbiddenByConnection"]);
    world.azure.knobs.patch({ firewall: { webshop: null } });
    expect((await world.call("/secrets")).status).toBe(200);
  });
});
