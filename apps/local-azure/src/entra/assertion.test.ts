import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { generateKeyPair } from "jose";
import { AUDIENCE, type AssertionVariation, SUBJECT } from "../../testing/issuer.ts";
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
  world.issuer.intercept = undefined;
  world.issuer.discovery = {};
});

/** What a token request with these form fields is refused with: status, word, number. */
const refused = async (
  fields: Record<string, string | undefined>,
  tenant?: string,
): Promise<[number, string, number]> => entraRefusalOf(await world.requestToken(fields, tenant));

/** The same for an assertion that differs in something. */
const refusedAssertion = async (variation: AssertionVariation): Promise<[number, string, number]> =>
  refused({ client_assertion: await world.issuer.assertion(variation) });

/** Makes the cached keys of the issuer old, so that the next request fetches them anew. */
function expireIssuerKeys(): void {
  world.azure.knobs.patch({ issuerKeys: { ttlMs: 0 } });
}

describe("The token endpoint refuses an assertion", () => {
  test("that is no JWT, or lacks claims, with 50027", async () => {
    expect(await refused({ client_assertion: "nonsense" })).toEqual([401, "invalid_client", 50027]);
    expect(await refused({ client_assertion: "a.b.c" })).toEqual([401, "invalid_client", 50027]);
    for (const claim of ["iss", "sub", "aud", "exp"]) {
      expect(await refusedAssertion({ claims: { [claim]: undefined } })).toEqual([
        401,
        "invalid_client",
        50027,
      ]);
    }
  });

  test("of two audiences with 50027", async () => {
    expect(await refusedAssertion({ claims: { aud: [AUDIENCE, "other"] } })).toEqual([
      401,
      "invalid_client",
      50027,
    ]);
  });

  test("of another typ than JWT with 5002727", async () => {
    for (const typ of ["at+jwt", undefined]) {
      expect(await refusedAssertion({ header: { typ } })).toEqual([400, "invalid_request", 5002727]);
    }
  });

  test("that Entra issued with 700222, and one of the application itself with 700027", async () => {
    const iss = `https://login.microsoftonline.com/${world.tenant.id}/v2.0`;
    expect(await refusedAssertion({ claims: { iss } })).toEqual([401, "invalid_client", 700222]);
    expect(await refusedAssertion({ claims: { iss: world.application.appId } })).toEqual([
      401,
      "invalid_client",
      700027,
    ]);
  });

  test("when the application has no federated credential, with 70025", async () => {
    const { appId } = world.azure.graph.createApplication(world.tenant, { displayName: "without" });
    world.azure.graph.createServicePrincipal(world.tenant, { appId });
    expect(await refused({ client_id: appId })).toEqual([401, "invalid_client", 70025]);
  });

  test("of another issuer with 700211, be it by a slash only", async () => {
    expect(await refusedAssertion({ claims: { iss: `${world.issuer.url}/` } })).toEqual([
      401,
      "invalid_client",
      700211,
    ]);
  });

  test("of another audience with 700212 and of another subject with 700213", async () => {
    expect(await refusedAssertion({ claims: { aud: "api://other" } })).toEqual([
      401,
      "invalid_client",
      700212,
    ]);
    expect(await refusedAssertion({ claims: { sub: "other" } })).toEqual([401, "invalid_client", 700213]);
  });

  test("whose subject differs in case only with 7002138", async () => {
    expect(await refusedAssertion({ claims: { sub: SUBJECT.toUpperCase() } })).toEqual([
      401,
      "invalid_client",
      7002138,
    ]);
  });

  test("that is expired, or not valid yet, with 700024 and the times in the text", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await refusedAssertion({ now: now - 1000 })).toEqual([401, "invalid_client", 700024]);
    expect(await refusedAssertion({ now: now + 1000 })).toEqual([401, "invalid_client", 700024]);
    const { body } = await world.requestToken({
      client_assertion: await world.issuer.assertion({ claims: { nbf: undefined, exp: now - 1000 } }),
    });
    expect(body).toMatchObject({
      error_description: expect.stringContaining("assertion valid from 1970-01-01T00:00:00.000Z"),
    });
  });

  test("whose kid isn't published with 7000272", async () => {
    for (const kid of ["other", undefined]) {
      expect(await refusedAssertion({ header: { kid } })).toEqual([401, "invalid_client", 7000272]);
    }
  });

  test("that another key signed with 50027", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    expect(await refusedAssertion({ key: privateKey })).toEqual([401, "invalid_client", 50027]);
  });

  test("that isn't signed with RS256 with 50027", async () => {
    const { privateKey } = await generateKeyPair("PS256");
    expect(await refusedAssertion({ key: privateKey, header: { alg: "PS256" } })).toEqual([
      401,
      "invalid_client",
      50027,
    ]);
  });

  test("whose issuer redirects, fails, or answers something else than JSON, with 501661", async () => {
    expireIssuerKeys();
    for (const status of [302, 404, 503]) {
      world.issuer.intercept = (_, response) => {
        // The body is the good one: the status alone makes the answer useless.
        response.statusCode = status;
        response.setHeader("Location", "/elsewhere");
        return false;
      };
      expect(await refused({})).toEqual([400, "invalid_request", 501661]);
    }
    world.issuer.intercept = (_, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("{}");
      return true;
    };
    expect(await refused({})).toEqual([400, "invalid_request", 501661]);
    world.issuer.intercept = (_, response) => {
      response.writeHead(200, { "Content-Type": "application/json" }).end("{");
      return true;
    };
    expect(await refused({})).toEqual([400, "invalid_request", 501661]);
    world.issuer.intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    expect(await refused({})).toEqual([400, "invalid_request", 501661]);
  });

  test("whose issuer is too slow with 501661", async () => {
    world.azure.knobs.patch({ issuerKeys: { ttlMs: 0, timeoutMs: 50 } });
    world.issuer.intercept = () => true;
    expect(await refused({})).toEqual([400, "invalid_request", 501661]);
  });

  test.each([
    ["an empty string", { authorization_endpoint: "" }],
    ["an empty array", { subject_types_supported: [] }],
    ["another issuer", { issuer: "https://other.example" }],
    ["no key address", { jwks_uri: undefined }],
    ["an unreachable key address", { jwks_uri: "http://198.51.100.1/keys" }],
  ])("whose issuer's document has %s with 501661", async (_, discovery) => {
    expireIssuerKeys();
    world.issuer.discovery = discovery;
    expect(await refused({})).toEqual([400, "invalid_request", 501661]);
  });

  test.each([
    ["no key set", { nothing: true }],
    ["a broken key", { keys: [{ kty: "RSA", kid: "key-1", n: 5, e: "AQAB" }] }],
    ["no keys", { keys: [] }],
  ])("whose issuer publishes %s with 900612", async (_, keys) => {
    expireIssuerKeys();
    world.issuer.intercept = (request, response) => {
      if (request.url !== "/.well-known/jwks") return false;
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(keys));
      return true;
    };
    expect(await refused({})).toEqual([400, "invalid_request", 900612]);
  });
});

describe("A federated credential", () => {
  test("is unknown to the token endpoint until it has propagated by the clock", async () => {
    world.azure.knobs.patch({ propagation: { federatedCredentialMs: 300_000 } });
    const { id, appId } = world.azure.graph.createApplication(world.tenant, { displayName: "young" });
    world.azure.graph.createServicePrincipal(world.tenant, { appId });
    world.azure.graph.addFederatedCredential(id, {
      name: "young",
      issuer: world.issuer.url,
      subject: SUBJECT,
      audiences: [AUDIENCE],
    });
    expect(await refused({ client_id: appId })).toEqual([401, "invalid_client", 70025]);
    world.azure.knobs.advance(300_000);
    expect((await world.requestToken({ client_id: appId })).status).toBe(200);
  });
});
