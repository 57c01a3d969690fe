import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createWrappedEnvironmentKey, EnvironmentKey } from "./environment-key.ts";
import { EnvironmentKeyRing } from "./environment-key-ring.ts";
import { keyEncryptionKeySchema, localKeyEncryptionKey } from "./key-encryption-key.ts";
import { open, seal, secretKeyOf } from "./sealing.ts";
import { createSigningKey, unwrapSigningKey } from "./signing-key.ts";

const kek = localKeyEncryptionKey(randomBytes(32));

describe("sealing", () => {
  const key = secretKeyOf(randomBytes(32));

  test("gives back what was sealed, also the empty text", () => {
    for (const text of ["", "a", "Grüße 👋"])
      expect(open(key, seal(key, Buffer.from(text), "here"), "here").toString()).toBe(text);
  });

  test("is opened neither with another key, nor in another place, nor after a bit was flipped", () => {
    const sealed = seal(key, Buffer.from("text"), "here");
    expect(() => open(secretKeyOf(randomBytes(32)), sealed, "here")).toThrow(/SEAL|opened/);
    expect(() => open(key, sealed, "there")).toThrow(/opened/);
    for (let place = 0; place < sealed.length; place += 1) {
      const flipped = Uint8Array.from(sealed, (byte, index) => (index === place ? byte ^ 1 : byte));
      expect(() => open(key, flipped, "here")).toThrow(/opened/);
    }
  });

  test("never gives the same ciphertext twice", () => {
    expect(seal(key, Buffer.from("x"), "c")).not.toEqual(seal(key, Buffer.from("x"), "c"));
  });
});

describe("an environment's key", () => {
  test("binds a ciphertext to its secret and environment", async () => {
    const wrapped = await createWrappedEnvironmentKey(kek, "env-1");
    const key = await EnvironmentKey.unwrap(kek, "env-1", wrapped);
    const ciphertext = key.encrypt("secret-1", "value");
    expect(key.decrypt("secret-1", ciphertext)).toBe("value");
    expect(() => key.decrypt("secret-2", ciphertext)).toThrow();
    await expect(EnvironmentKey.unwrap(kek, "env-2", wrapped)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  });

  test("gives equal fingerprints for equal values of one secret, and of one secret only", async () => {
    const key = await EnvironmentKey.unwrap(kek, "e", await createWrappedEnvironmentKey(kek, "e"));
    expect(key.fingerprint("s", "v")).toEqual(key.fingerprint("s", "v"));
    expect(key.fingerprint("s", "v")).not.toEqual(key.fingerprint("s", "w"));
    expect(key.fingerprint("s", "v")).not.toEqual(key.fingerprint("t", "v"));
  });
});

describe("the ring of environments' keys", () => {
  test("loads a key once, and each environment's own", async () => {
    const loads: string[] = [];
    const ring = new EnvironmentKeyRing<never>(kek, async (environmentId) => {
      loads.push(environmentId);
      return createWrappedEnvironmentKey(kek, environmentId);
    });
    const first = await ring.get("e1");
    expect(await ring.get("e1")).toBe(first);
    expect(await ring.get("e2")).not.toBe(first);
    expect(loads).toEqual(["e1", "e2"]);
  });

  test("asks again for a key that wasn't there", async () => {
    const wrapped = await createWrappedEnvironmentKey(kek, "e");
    const stored: Array<Uint8Array | null> = [null, wrapped];
    const ring = new EnvironmentKeyRing<null>(kek, async () => stored.shift() ?? null);
    await expect(ring.get("e")).resolves.toBeNull();
    await expect(ring.get("e")).resolves.toBeInstanceOf(EnvironmentKey);
  });
});

test("a key-encryption key must be 32 bytes in base64", () => {
  expect(keyEncryptionKeySchema.safeParse(randomBytes(32).toString("base64")).success).toBe(true);
  for (const text of [
    "",
    "short",
    randomBytes(31).toString("base64"),
    "not base64 at all, but long enough to be",
  ])
    expect(keyEncryptionKeySchema.safeParse(text).success).toBe(false);
});

test("a signing key's private half can be unwrapped with the key that wrapped it alone, and its kid is its thumbprint", async () => {
  const key = await createSigningKey(kek);
  expect(key.publicJwk).toEqual({
    kty: "RSA",
    use: "sig",
    alg: "RS256",
    kid: key.kid,
    n: expect.any(String),
    e: "AQAB",
  });
  await expect(unwrapSigningKey(kek, key)).resolves.toMatchObject({ type: "private" });
  await expect(unwrapSigningKey(localKeyEncryptionKey(randomBytes(32)), key)).rejects.toMatchObject({
    code: "SEAL_BROKEN",
  });
});
