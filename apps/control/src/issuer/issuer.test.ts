import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createSigningKey, defaultRotationPolicy, localKeyEncryptionKey, planRotation } from "@kvsync/keys";
import { rotateSigningKeys } from "@kvsync/store";
import { startControl, type TestControl } from "../testing/control.ts";

const DISCOVERY = "/.well-known/openid-configuration";
const JWKS = "/.well-known/jwks";

type Jwks = { keys: Array<Record<string, string>> };

describe("the issuer's documents", () => {
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl();
    // Before anything is asked, as the keys are kept in memory for some seconds.
    const now = new Date();
    await rotateSigningKeys(
      control.database,
      (ring) => planRotation(ring, now, defaultRotationPolicy, "emergency"),
      () => createSigningKey(localKeyEncryptionKey(Buffer.alloc(32, 7))),
      now,
    );
  });
  afterAll(() => control.stop());

  test("the discovery document has exactly the five members that Entra needs, none of them empty", async () => {
    const { status, body } = await control.ask("GET", DISCOVERY, { token: null });
    expect(status).toBe(200);
    expect(body).toEqual({
      issuer: control.issuer,
      jwks_uri: `${control.issuer}${JWKS}`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
  });

  test.each([DISCOVERY, JWKS])(
    "%s is JSON that anyone may cache, without cookies or redirects",
    async (path) => {
      for (const method of ["GET", "HEAD"]) {
        const { status, headers, text } = await control.ask(method, path, { token: null });
        expect(status).toBe(200);
        expect(headers.get("content-type")).toMatch(/^application\/json(;|$)/);
        expect(headers.get("cache-control")).toBe("public, max-age=300");
        expect(headers.get("set-cookie")).toBeNull();
        expect(headers.get("vary")).toBeNull();
        expect(text === "").toBe(method === "HEAD");
      }
    },
  );

  test.each([DISCOVERY, JWKS])("%s is answered the same with a wrong token or cookie", async (path) => {
    const headers = { cookie: "kvsync=s%3Anonsense.nonsense" };
    const { status } = await control.ask("GET", path, { token: "ek_live_nonsense", headers });
    expect(status).toBe(200);
  });

  test.each([DISCOVERY, JWKS])("%s refuses other methods with 405 and Allow", async (path) => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const { status, headers, body } = await control.ask(method, path, { token: null });
      expect(status).toBe(405);
      expect(headers.get("allow")).toBe("GET, HEAD");
      expect(body).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    }
  });

  test("the key set has the next, the active and the retired keys, with public members only", async () => {
    const rows = await control.database.signingKey.findMany();
    expect(rows.map(({ state }) => state).toSorted()).toEqual(["active", "next", "retired"]);

    const { keys } = (await control.ask<Jwks>("GET", JWKS, { token: null })).body;
    expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set(rows.map(({ id }) => id)));
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
      expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS256", e: "AQAB" });
      expect(Buffer.from(key["n"] ?? "", "base64url")).toHaveLength(256);
    }
  });
});

describe("an issuer under a path", () => {
  const issuer = "https://secrets.example.com/a.b/kv+sync(1)";
  let control: TestControl;
  beforeAll(async () => {
    control = await startControl({ issuer });
  });
  afterAll(() => control.stop());

  test("serves its documents under that path, with the issuer byte for byte", async () => {
    const { status, body } = await control.ask("GET", `/a.b/kv+sync(1)${DISCOVERY}`, { token: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({ issuer, jwks_uri: `${issuer}${JWKS}` });
    expect((await control.ask("GET", `/a.b/kv+sync(1)${JWKS}`, { token: null })).status).toBe(200);
  });

  test("serves nothing at the root", async () => {
    expect((await control.ask("GET", DISCOVERY, { token: null })).status).toBe(404);
  });
});
