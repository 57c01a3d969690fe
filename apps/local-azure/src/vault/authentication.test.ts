import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { httpsClient, type Reply } from "../../testing/https.ts";
import { messageOf, refusalOf } from "../../testing/refusal.ts";
import { startWorld, vaultId, type World } from "../../testing/world.ts";
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

describe("A request without token", () => {
  test("gets the challenge before its body is looked at", async () => {
    const reply = await world.call("/secrets/x", {
      method: "PUT",
      headers: { authorization: "" },
      body: "{",
    });
    expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
    expect(messageOf(reply)).toBe("AKV10000: Request is missing a Bearer or PoP token.");
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
    expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
    expect(messageOf(reply)).toBe(
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
    expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
    expect(messageOf(reply)).toBe(
      `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${other.id}/, found https://sts.windows.net/${world.tenant.id}/.`,
    );
  });

  test("when it has expired, once five minutes of skew have passed", async () => {
    const token = await world.accessToken();
    world.azure.knobs.advance(3_599_000 + 299_000);
    expect((await withToken(token)).status).toBe(200);
    world.azure.knobs.advance(2000);
    const reply = await withToken(token);
    expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
    expect(messageOf(reply)).toContain("[TokenExpired]");
  });

  test("when its signature is wrong, each time", async () => {
    const token = await world.accessToken();
    const forged = `${token.slice(0, -8)}${token.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA"}`;
    for (const reply of [await withToken(forged), await withToken(forged)]) {
      expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
      expect(messageOf(reply)).toContain("IDX10501");
    }
  });

  test("when it is no JWT", async () => {
    const reply = await withToken("nonsense");
    expect(refusalOf(reply)).toEqual([401, "Unauthorized"]);
    expect(messageOf(reply)).toContain("IDX12741");
  });
});
