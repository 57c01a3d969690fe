import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { AUDIENCE } from "../../testing/issuer.ts";
import { entraRefusalOf } from "../../testing/refusal.ts";
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
  world.azure.graph.updateApplication(world.application.id, {
    isDisabled: false,
    isFallbackPublicClient: false,
  });
});

type Refusal = Readonly<{
  error: string;
  error_codes: readonly number[];
  error_description: string;
  error_uri?: string;
  correlation_id: string;
  trace_id: string;
  timestamp: string;
}>;

/** What a token request with these form fields is refused with: status, word, number. */
const refused = async (
  fields: Record<string, string | undefined>,
  tenant?: string,
): Promise<[number, string, number]> => entraRefusalOf(await world.requestToken(fields, tenant));

describe("A token response", () => {
  test("carries a v1 access token for the vault's resource", async () => {
    const { status, body, headers } = await world.requestToken();
    expect(status).toBe(200);
    expect(headers["cache-control"]).toContain("no-store");
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599 });
    expect(body).not.toHaveProperty("refresh_token");
    const token = (body as { access_token: string }).access_token;
    const issuer = `https://sts.windows.net/${world.tenant.id}/`;
    expect(decodeJwt(token)).toMatchObject({
      aud: "https://vault.azure.net",
      iss: issuer,
      idp: issuer,
      appid: world.application.appId,
      oid: world.principal.id,
      sub: world.principal.id,
      tid: world.tenant.id,
      ver: "1.0",
    });
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: "JWT", alg: "RS256" });
  });

  test("comes whatever unknown fields the form has, and under the tenant's domain, too", async () => {
    const fields = { "x-client-SKU": "msal.js.node", claims: "{}", "client-request-id": "x" };
    expect((await world.requestToken(fields)).status).toBe(200);
    expect((await world.requestToken({}, world.tenant.domain)).status).toBe(200);
  });

  test("comes for an assertion whose audience is an array of one, or that has no nbf", async () => {
    for (const claims of [{ aud: [AUDIENCE] }, { nbf: undefined }]) {
      const assertion = await world.issuer.assertion({ claims });
      expect((await world.requestToken({ client_assertion: assertion })).status).toBe(200);
    }
  });

  test("comes within five minutes of skew, and for the same assertion twice", async () => {
    const assertion = await world.issuer.assertion({ now: Math.floor(Date.now() / 1000) + 280 });
    expect((await world.requestToken({ client_assertion: assertion })).status).toBe(200);
    expect((await world.requestToken({ client_assertion: assertion })).status).toBe(200);
  });

  test("lasts as long as the knob says", async () => {
    world.azure.knobs.patch({ token: { lifetimeSeconds: 60 } });
    expect((await world.requestToken()).body).toMatchObject({ expires_in: 60 });
  });
});

describe("A refusal", () => {
  test("has Entra's body and echoes the client's request id when it is a GUID", async () => {
    const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const reply = await world.https.call(
      `${world.azure.origin}/${world.tenant.id}/oauth2/v2.0/token?client-request-id=${id}`,
      { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "" },
    );
    const body = reply.body as Refusal;
    expect(body.correlation_id).toBe(id);
    expect(body.trace_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    expect(body.error_description).toBe(
      `AADSTS900144: The request body must contain the following parameter: 'grant_type'. Trace ID: ${body.trace_id} Correlation ID: ${id} Timestamp: ${body.timestamp}`,
    );
    expect(body.error_uri).toBe("https://login.microsoftonline.com/error?code=900144");
  });

  test("names no page for the codes that have none", async () => {
    const { body } = await world.requestToken({
      client_assertion: await world.issuer.assertion({ header: { typ: "at+jwt" } }),
    });
    expect(body).not.toHaveProperty("error_uri");
  });

  test("has another request id than the client's when that is no GUID", async () => {
    const reply = await world.https.call(`${world.azure.origin}/nowhere.example/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "client-request-id": "mine" },
    });
    expect((reply.body as Refusal).correlation_id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("The token endpoint refuses", () => {
  test("an unknown tenant with 90002 and a malformed one with 900023", async () => {
    expect(await refused({}, "5f3c1a52-6f0e-4d39-9d5a-0a8d6ce2affe")).toEqual([
      400,
      "invalid_request",
      90002,
    ]);
    expect(await refused({}, "unknown.example")).toEqual([400, "invalid_request", 90002]);
    expect(await refused({}, "nonsense")).toEqual([400, "invalid_request", 900023]);
    expect(await refused({}, "%E0%A4%A")).toEqual([400, "invalid_request", 900023]);
  });

  test.each(["grant_type", "client_id", "scope", "client_assertion_type"])(
    "a form without %s with 900144",
    async (field) => {
      expect(await refused({ [field]: undefined })).toEqual([400, "invalid_request", 900144]);
    },
  );

  test("a JSON body as a form without fields, with 900144", async () => {
    const reply = await world.https.call(`${world.azure.origin}/${world.tenant.id}/oauth2/v2.0/token`, {
      method: "POST",
      body: { grant_type: "client_credentials" },
    });
    expect([reply.status, (reply.body as Refusal).error_codes]).toEqual([400, [900144]]);
  });

  test("a field that comes twice with 9000411", async () => {
    const reply = await world.https.call(`${world.azure.origin}/${world.tenant.id}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials&grant_type=password",
    });
    expect((reply.body as Refusal).error_codes).toEqual([9000411]);
  });

  test("another method than POST with 900561", async () => {
    const reply = await world.https.call(`${world.azure.origin}/${world.tenant.id}/oauth2/v2.0/token`);
    expect([reply.status, (reply.body as Refusal).error_codes]).toEqual([400, [900561]]);
  });

  test("another grant with 70003", async () => {
    expect(await refused({ grant_type: "password" })).toEqual([400, "unsupported_grant_type", 70003]);
  });

  test("scopes that aren't one resource's default with 70011, 700022 and 700023", async () => {
    expect(await refused({ scope: "https://vault.azure.net/user_impersonation" })).toEqual([
      400,
      "invalid_scope",
      70011,
    ]);
    expect(
      await refused({ scope: "https://vault.azure.net/.default https://graph.microsoft.com/.default" }),
    ).toEqual([400, "invalid_scope", 700022]);
    expect(await refused({ scope: "openid profile" })).toEqual([400, "invalid_scope", 700023]);
  });

  test("a resource that isn't in the tenant with 500011", async () => {
    expect(await refused({ scope: "https://vault.azure.cn/.default" })).toEqual([
      400,
      "invalid_resource",
      500011,
    ]);
  });

  test("a client of another tenant, or none, with 700016", async () => {
    const other = world.azure.createTenant();
    expect(await refused({}, other.id)).toEqual([400, "unauthorized_client", 700016]);
    expect(await refused({ client_id: crypto.randomUUID() })).toEqual([400, "unauthorized_client", 700016]);
  });

  test("an application without service principal with 700016", async () => {
    const { appId } = world.azure.graph.createApplication(world.tenant, { displayName: "bare" });
    expect(await refused({ client_id: appId })).toEqual([400, "unauthorized_client", 700016]);
  });

  test("a disabled application, or service principal, with 7000112", async () => {
    world.azure.graph.updateApplication(world.application.id, { isDisabled: true });
    expect(await refused({})).toEqual([401, "invalid_client", 7000112]);
    world.azure.graph.updateApplication(world.application.id, { isDisabled: false });
    world.azure.graph.updateServicePrincipal(world.principal.id, { accountEnabled: false });
    expect(await refused({})).toEqual([401, "invalid_client", 7000112]);
    world.azure.graph.updateServicePrincipal(world.principal.id, { accountEnabled: true });
  });

  test("a request without credential with 7000218, and a client secret with 7000215", async () => {
    expect(await refused({ client_assertion: undefined })).toEqual([401, "invalid_client", 7000218]);
    expect(await refused({ client_assertion: undefined, client_secret: "s" })).toEqual([
      401,
      "invalid_client",
      7000215,
    ]);
    expect(await refused({ client_assertion_type: "urn:other" })).toEqual([401, "invalid_client", 7000218]);
  });

  test("a public client's credential with 700025", async () => {
    world.azure.graph.updateApplication(world.application.id, { isFallbackPublicClient: true });
    expect(await refused({})).toEqual([401, "invalid_client", 700025]);
  });
});
