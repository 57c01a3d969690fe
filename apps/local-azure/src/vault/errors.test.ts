import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { startWorld, vaultId, type World } from "../../testing/world.ts";
import { httpsClient, type Reply } from "../../testing/https.ts";
import { startLocalAzure } from "../local-azure.ts";

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

type ErrorBody = Readonly<{ error: { code: string; message: string; innererror?: { code: string } } }>;

function error({ body }: Reply): ErrorBody["error"] {
  return (body as ErrorBody).error;
}

/** Status, code and inner code. */
function refusal(reply: Reply): [number, string, string?] {
  const { code, innererror } = error(reply);
  return innererror === undefined ? [reply.status, code] : [reply.status, code, innererror.code];
}

const set = (name: string, body: unknown = { value: "v" }): Promise<Reply> =>
  world.call(`/secrets/${name}`, { method: "PUT", body });

describe("A request without token", () => {
  test("gets the challenge before its body is looked at", async () => {
    const reply = await world.call("/secrets/x", {
      method: "PUT",
      headers: { authorization: "" },
      body: "{",
    });
    expect(refusal(reply)).toEqual([401, "Unauthorized"]);
    expect(error(reply).message).toBe("AKV10000: Request is missing a Bearer or PoP token.");
    expect(reply.headers["www-authenticate"]).toBe(
      `Bearer authorization="https://login.windows.net/${world.tenant.id}", resource="https://vault.azure.net"`,
    );
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("gets the challenge with another resource where one is configured", async () => {
    const azure = await startLocalAzure({ resource: "https://vault.localhost" });
    const tenant = azure.createTenant();
    const { saved } = await azure.resources.putVault(vaultId("other"), {
      location: "westeurope",
      properties: { tenantId: tenant.id },
    });
    const https = httpsClient(azure.ca);
    const { headers } = await https.call(`${azure.addressesOf(saved).localUri}secrets`);
    expect(headers["www-authenticate"]).toContain('resource="https://vault.localhost"');
    https.close();
    await azure.stop();
  });
});

describe("A token is refused", () => {
  const withToken = (token: string): Promise<Reply> =>
    world.call("/secrets", { headers: { authorization: `Bearer ${token}` } });

  async function tokenFor(fields: Record<string, string>): Promise<string> {
    const { body } = await world.requestToken(fields);
    return (body as { access_token: string }).access_token;
  }

  test("when its audience is another, with AKV10022", async () => {
    const reply = await withToken(await tokenFor({ scope: "https://management.azure.com//.default" }));
    expect(refusal(reply)).toEqual([401, "Unauthorized"]);
    expect(error(reply).message).toBe(
      "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com/.",
    );
    expect(reply.headers["www-authenticate"]).toContain("Bearer authorization=");
  });

  test("when its tenant is another, with AKV10032", async () => {
    const other = world.azure.createTenant();
    const { saved } = await world.azure.resources.putVault(vaultId("foreign"), {
      location: "westeurope",
      properties: { tenantId: other.id },
    });
    const reply = await world.call("/secrets", { vault: saved });
    expect(refusal(reply)).toEqual([401, "Unauthorized"]);
    expect(error(reply).message).toBe(
      `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${other.id}/, found https://sts.windows.net/${world.tenant.id}/.`,
    );
  });

  test("when it has expired, once five minutes of skew have passed", async () => {
    const token = await world.accessToken();
    world.azure.knobs.advance(3_599_000 + 299_000);
    expect((await withToken(token)).status).toBe(200);
    world.azure.knobs.advance(2000);
    const reply = await withToken(token);
    expect(refusal(reply)).toEqual([401, "Unauthorized"]);
    expect(error(reply).message).toContain("[TokenExpired]");
  });

  test("when its signature is wrong, each time", async () => {
    const token = await world.accessToken();
    const forged = `${token.slice(0, -8)}${token.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA"}`;
    for (const reply of [await withToken(forged), await withToken(forged)]) {
      expect(refusal(reply)).toEqual([401, "Unauthorized"]);
      expect(error(reply).message).toContain("IDX10501");
    }
  });

  test("when it is no JWT", async () => {
    const reply = await withToken("nonsense");
    expect(refusal(reply)).toEqual([401, "Unauthorized"]);
    expect(error(reply).message).toContain("IDX12741");
  });
});

describe("A role", () => {
  test("is missing: the answer names caller, action and resource", async () => {
    const vault = await world.addVault("closed");
    const reply = await world.call("/secrets/Some-Name", { vault });
    const { appid, oid, iss } = decodeJwt(await world.accessToken()) as Record<string, string>;
    expect(refusal(reply)).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
    expect(error(reply).message).toBe(
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
    expect(refusal(await world.call("/secrets/a", { vault }))).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
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
    expect(refusal(reply)).toEqual([403, "Forbidden", "ForbiddenByPolicy"]);
    expect(error(reply).message).toContain(
      "does not have secrets set permission on key vault 'policies;location=westeurope'.",
    );
  });
});

describe("The network", () => {
  test("that is closed is refused before the token is looked at", async () => {
    const vault = await world.addVault("private", { publicNetworkAccess: "Disabled" });
    const reply = await world.call("/secrets", { vault, headers: { authorization: "" } });
    expect(refusal(reply)).toEqual([403, "Forbidden", "ForbiddenByConnection"]);
    expect(error(reply).message).toBe(
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
    expect(refusal(reply)).toEqual([403, "Forbidden", "ForbiddenByFirewall"]);
    expect(error(reply).message).toContain("Client address: 127.0.0.1\r\nCaller: appid=");
    await world.addVault("walled", acls("127.0.0.0/8"));
    expect((await world.call("/secrets", { vault })).status).toBe(200);
  });

  test("can be closed and opened by a knob", async () => {
    world.azure.knobs.patch({ firewall: { Webshop: "firewall" } });
    expect(refusal(await world.call("/secrets"))).toEqual([403, "Forbidden", "ForbiddenByFirewall"]);
    world.azure.knobs.patch({ firewall: { webshop: "connection" } });
    expect(refusal(await world.call("/secrets"))).toEqual([403, "Forbidden", "ForbiddenByConnection"]);
    world.azure.knobs.patch({ firewall: { webshop: null } });
    expect((await world.call("/secrets")).status).toBe(200);
  });
});

describe("A malformed request", () => {
  test.each(["under_score", "dot.dot", "a%2Fb", "nul%00", "%C3%A9", "a".repeat(128)])(
    "with the name %s is a BadParameter that echoes the name",
    async (name) => {
      const reply = await set(name);
      expect(refusal(reply)).toEqual([400, "BadParameter"]);
      expect(error(reply).message).toBe(
        `The request URI contains an invalid name: ${decodeURIComponent(name)}`,
      );
    },
  );

  test("with broken percent-encoding is a BadParameter", async () => {
    expect(refusal(await set("%E0%A4%A"))).toEqual([400, "BadParameter"]);
  });

  test("without api-version, or with an unknown one, is a BadParameter", async () => {
    const token = await world.accessToken();
    const url = `${world.azure.addressesOf(world.vault).localUri}secrets`;
    const headers = { authorization: `Bearer ${token}` };
    expect(refusal(await world.https.call(url, { headers }))).toEqual([400, "BadParameter"]);
    const unknown = await world.https.call(`${url}?api-version=1999-01-01`, { headers });
    expect(error(unknown).message).toBe(
      "The specified version (1999-01-01) is not recognized. Consider using the latest supported version (2026-04-01).",
    );
  });

  test.each([
    ["no JSON", "{"],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ["an array", []],
    ["a string", '"text"'],
    ["null", "null"],
    ["no value", {}],
    ["a number as value", { value: 5 }],
    ["a wrong tag", { value: "v", tags: { a: 1 } }],
    ["a wrong attribute", { value: "v", attributes: { enabled: "yes" } }],
    ["a time before 1970", { value: "v", attributes: { exp: -2_085_978_496 } }],
    ["a fraction as time", { value: "v", attributes: { nbf: 1.5 } }],
    ["a long content type", { value: "v", contentType: "c".repeat(256) }],
    ["a long tag name", { value: "v", tags: { ["t".repeat(513)]: "" } }],
    ["a long tag value", { value: "v", tags: { t: "v".repeat(257) } }],
  ])("whose body is %s is a BadParameter", async (_, body) => {
    expect(refusal(await set("malformed", body))).toEqual([400, "BadParameter"]);
    expect((await world.call("/secrets/malformed")).status).toBe(404);
  });

  test("never has its body quoted", async () => {
    const reply = await set("quoted", '{"value": "canary-5b1f", }');
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain("canary");
  });

  test("with sixteen tags has Key Vault's text, and fifteen are accepted", async () => {
    const tags = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${String(index)}`, "x"]));
    const reply = await set("tagged", { value: "v", tags: tags(16) });
    expect([reply.status, error(reply).message]).toEqual([400, "Property  has invalid value\r\n"]);
    expect((await set("tagged", { value: "v", tags: tags(15) })).status).toBe(200);
  });

  test("with a value over 25,600 characters is SecretTooLarge, and just that many are accepted", async () => {
    const reply = await set("large", { value: "x".repeat(25_601) });
    expect(refusal(reply)).toEqual([400, "BadParameter", "SecretTooLarge"]);
    expect(error(reply).message).toBe("Secret is beyond the maximum permitted length of 25600 characters.");
    expect((await set("large", { value: "€".repeat(25_600) })).status).toBe(200);
  });

  test("with a body larger than any secret is a 413", async () => {
    expect((await set("huge", { value: "x".repeat(600_000) })).status).toBe(413);
  });

  test("by the wrong method is MethodNotAllowed", async () => {
    const reply = await world.call("/secrets/", { method: "PUT", body: { value: "v" } });
    expect(refusal(reply)).toEqual([405, "MethodNotAllowed"]);
    expect(error(reply).message).toBe("HTTP PUT not allowed");
    expect((await world.call("/secrets/a/b", { method: "DELETE" })).status).toBe(405);
  });

  test("for anything but secrets is a 404", async () => {
    expect((await world.call("/keys/a")).status).toBe(404);
    expect((await world.call("/secrets/a/b/c")).status).toBe(404);
    expect((await world.call("/")).status).toBe(404);
  });

  test.each(["maxresults=0", "maxresults=26", "maxresults=many", "$skiptoken=nonsense"])(
    "with the query %s is a BadParameter",
    async (query) => {
      expect(refusal(await world.call(`/secrets?${query}`))).toEqual([400, "BadParameter"]);
    },
  );

  test("with a corrupt backup is refused as such", async () => {
    for (const value of ["AAAA", Buffer.alloc(100).toString("base64url")]) {
      const reply = await world.call("/secrets/restore", { method: "POST", body: { value } });
      expect(refusal(reply)).toEqual([400, "Malformed backup blob"]);
      expect(error(reply).message).toBe("Backup blob is corrupt.");
    }
  });
});

describe("A secret that isn't there", () => {
  test.each([
    ["GET", "/secrets/missing", "missing"],
    ["GET", "/secrets/missing/0123", "missing/0123"],
    ["PATCH", "/secrets/missing", "missing"],
    ["DELETE", "/secrets/missing", "missing"],
    ["POST", "/secrets/missing/backup", "missing"],
    ["POST", "/deletedsecrets/missing/recover", "missing"],
  ])("is a SecretNotFound for %s %s", async (method, path, named) => {
    const reply = await world.call(path, { method, ...(method === "PATCH" ? { body: {} } : {}) });
    expect(refusal(reply)).toEqual([404, "SecretNotFound"]);
    expect(error(reply).message).toBe(
      `A secret with (name/id) ${named} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
    );
  });

  test("is not found among the deleted ones in other words", async () => {
    const reply = await world.call("/deletedsecrets/missing");
    expect(refusal(reply)).toEqual([404, "SecretNotFound"]);
    expect(error(reply).message).toBe("Deleted Secret not found: missing");
  });

  test("has an empty list of versions", async () => {
    const { status, body } = await world.call("/secrets/missing/versions");
    expect([status, body]).toEqual([200, { value: [], nextLink: null }]);
  });
});

describe("A secret that belongs to a certificate", () => {
  test("is marked as managed and can be read, but not set or deleted", async () => {
    world.azure.seedSecret("webshop", "certified", { value: "pfx", managed: true });
    const read = await world.call("/secrets/certified");
    expect(read.body).toMatchObject({ managed: true, kid: expect.stringContaining("/keys/certified/") });
    const written = await set("certified");
    expect(refusal(written)).toEqual([403, "Forbidden", "SecretManagedByKeyVault"]);
    expect(error(written).message).toBe(
      'Operation "set" is not allowed as this object\'s lifetime is managed by Key Vault.',
    );
    const deleted = await world.call("/secrets/certified", { method: "DELETE" });
    expect(refusal(deleted)).toEqual([403, "Forbidden", "SecretManagedByKeyVault"]);
  });
});

describe("A disabled secret", () => {
  test("can't be read, but listed, changed and set", async () => {
    const made = await set("off", { value: "v", attributes: { enabled: false } });
    expect(made.body).toMatchObject({ value: "v", attributes: { enabled: false } });
    const reply = await world.call("/secrets/off");
    expect(refusal(reply)).toEqual([403, "Forbidden", "SecretDisabled"]);
    expect(error(reply).message).toBe("Operation get is not allowed on a disabled secret.");
    const patched = await world.call("/secrets/off", { method: "PATCH", body: { tags: { a: "b" } } });
    expect(patched.body).toMatchObject({ tags: { a: "b" }, attributes: { enabled: false } });
    expect((await set("off")).status).toBe(200);
    expect((await world.call("/secrets/off")).status).toBe(200);
  });
});

describe("Every answer", () => {
  test("carries Key Vault's headers, the client's request id among them", async () => {
    const { headers } = await world.call("/secrets", { headers: { "x-ms-client-request-id": "mine" } });
    expect(headers).toMatchObject({
      "cache-control": "no-cache",
      pragma: "no-cache",
      expires: "-1",
      "content-type": "application/json; charset=utf-8",
      "strict-transport-security": "max-age=31536000;includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-ms-client-request-id": "mine",
      "x-ms-keyvault-region": "westeurope",
      "x-ms-keyvault-network-info": "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;",
    });
    expect(headers["x-ms-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-ms-keyvault-service-version"]).toEqual(expect.any(String));
  });
});
