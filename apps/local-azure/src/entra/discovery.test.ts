import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeProtectedHeader } from "jose";
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
});

describe("The OpenID configuration", () => {
  test("names the origin by which the client came", async () => {
    const { port, origin } = world.azure;
    const path = `/${world.tenant.id}/v2.0/.well-known/openid-configuration`;
    const { body } = await world.https.call(`https://127.0.0.1:${String(port)}${path}`);
    expect(body).toMatchObject({
      issuer: `https://127.0.0.1:${String(port)}/${world.tenant.id}/v2.0`,
      token_endpoint: `https://127.0.0.1:${String(port)}/${world.tenant.id}/oauth2/v2.0/token`,
    });
    const other = await world.https.call(`${origin}${path}`);
    expect(other.body).toMatchObject({ issuer: `${origin}/${world.tenant.id}/v2.0` });
  });

  test("of an unknown tenant is refused with invalid_tenant", async () => {
    const reply = await world.https.call(
      `${world.azure.origin}/unknown.example/v2.0/.well-known/openid-configuration`,
    );
    expect(entraRefusalOf(reply)).toEqual([400, "invalid_tenant", 90002]);
  });

  test("leads to the key that signs access tokens", async () => {
    const { body } = await world.https.call(`${world.azure.origin}/${world.tenant.id}/discovery/v2.0/keys`);
    const { kid } = decodeProtectedHeader(await world.accessToken());
    const keys = (body as { keys: Record<string, unknown>[] }).keys;
    expect(keys).toEqual([expect.objectContaining({ kid, kty: "RSA", use: "sig" })]);
    expect(keys[0]).not.toHaveProperty("d");
  });
});
