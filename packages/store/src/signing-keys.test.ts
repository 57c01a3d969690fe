import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTestDatabase, type TestDatabase } from "@kvsync/testing";
import { openDatabase, type Database } from "./database.ts";
import type { RotationStep } from "./rotation-step.ts";
import {
  findActiveSigningKey,
  listSigningKeys,
  rotateSigningKeys,
  type NewSigningKey,
} from "./signing-keys.ts";

describe("the key ring in the database", () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let made = 0;

  const createKey = async (): Promise<NewSigningKey> => {
    made += 1;
    return {
      kid: `key-${made}`,
      publicJwk: { kid: `key-${made}` },
      wrappedPrivateKey: new Uint8Array([made]),
      keyEncryptionKeyId: "test",
    };
  };

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = openDatabase(testDatabase.url, 6);
  });
  afterAll(async () => {
    await database.$disconnect();
    await testDatabase.drop();
  });

  test("is made once, however many processes start at the same time", async () => {
    const first = (ring: readonly unknown[]): readonly RotationStep[] =>
      ring.length > 0
        ? []
        : [
            { do: "create", state: "active" },
            { do: "create", state: "next" },
          ];
    await Promise.all(
      Array.from({ length: 5 }, () => rotateSigningKeys(database, first, createKey, new Date())),
    );
    const ring = await listSigningKeys(database);
    expect(ring.map(({ state }) => state).toSorted()).toEqual(["active", "next"]);
    expect((await findActiveSigningKey(database))?.kid).toBe("key-1");
  });

  test("passes the signature on: the next key is active, the old one retired and still published", async () => {
    const now = new Date("2026-06-01T00:00:00Z");
    const rotate = (): readonly RotationStep[] => [
      { do: "promote", next: "key-2", active: "key-1" },
      { do: "create", state: "next" },
    ];
    await rotateSigningKeys(database, rotate, createKey, now);
    const ring = new Map((await listSigningKeys(database)).map((key) => [key.kid, key]));
    expect(ring.get("key-1")).toMatchObject({ state: "retired", retiredAt: now });
    expect(ring.get("key-2")).toMatchObject({ state: "active", activatedAt: now });
    expect(ring.get("key-3")).toMatchObject({ state: "next", publishedAt: now });
  });

  test("is left as it was when a step of the rotation fails", async () => {
    const before = await listSigningKeys(database);
    const failing = async (): Promise<NewSigningKey> => {
      throw new Error("no randomness");
    };
    const steps = (): readonly RotationStep[] => [
      { do: "remove", id: "key-1" },
      { do: "create", state: "next" },
    ];
    await expect(rotateSigningKeys(database, steps, failing, new Date())).rejects.toThrow("no randomness");
    await expect(listSigningKeys(database)).resolves.toEqual(before);
  });
});
