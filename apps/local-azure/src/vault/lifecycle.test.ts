import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Reply } from "../../testing/https.ts";
import { startWorld, type World } from "../../testing/world.ts";

let world: World;
let name: string;
let count = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.stop();
});

beforeEach(() => {
  count += 1;
  name = `Secret-${String(count)}`;
});

afterEach(() => {
  world.azure.knobs.reset();
});

type Bundle = Readonly<{
  value?: string;
  id: string;
  attributes: { created: number; updated: number };
  deletedDate?: number;
  scheduledPurgeDate?: number;
}>;

const set = (body: unknown = { value: "v" }, of = name): Promise<Reply> =>
  world.call(`/secrets/${of}`, { method: "PUT", body });
const get = (of = name): Promise<Reply> => world.call(`/secrets/${of}`);
const remove = (of = name): Promise<Reply> => world.call(`/secrets/${of}`, { method: "DELETE" });
const getDeleted = (): Promise<Reply> => world.call(`/deletedsecrets/${name}`);
const recover = (): Promise<Reply> => world.call(`/deletedsecrets/${name}/recover`, { method: "POST" });
const purge = (): Promise<Reply> => world.call(`/deletedsecrets/${name}`, { method: "DELETE" });

function inner({ status, body }: Reply): [number, string | undefined, string] {
  const { error } = body as { error: { code: string; message: string; innererror?: { code: string } } };
  return [status, error.innererror?.code, error.message];
}

describe("Setting a secret", () => {
  test("answers with the whole bundle in Key Vault's order", async () => {
    const { status, body } = await set({
      value: "line one\nline two \u{1F511}",
      contentType: "text/plain",
      attributes: { enabled: true, nbf: 1, exp: 2 },
      tags: { "managed-by": "enkryptify" },
    });
    expect(status).toBe(200);
    expect(Object.keys(body as object)).toEqual(["value", "contentType", "id", "attributes", "tags"]);
    const { id, attributes } = body as Bundle;
    expect(id).toMatch(new RegExp(`^https://localhost:\\d+/secrets/${name}/[0-9a-f]{32}$`));
    expect(attributes).toEqual({
      enabled: true,
      nbf: 1,
      exp: 2,
      created: expect.any(Number),
      updated: attributes.created,
      recoveryLevel: "Recoverable+Purgeable",
      recoverableDays: 90,
    });
    expect(Number.isInteger(attributes.created)).toBe(true);
  });

  test("leaves out what wasn't given, and takes the empty value and attributes of the SDK", async () => {
    const { body } = await set({ value: "", attributes: {} });
    expect(Object.keys(body as object)).toEqual(["value", "id", "attributes"]);
    expect((await get()).body).toMatchObject({ value: "" });
  });

  test("always makes a new version, which inherits nothing, and keeps the old one readable", async () => {
    const first = (await set({ value: "one", tags: { a: "b" }, contentType: "text/plain" })).body as Bundle;
    const second = (await set({ value: "one" })).body as Bundle;
    expect(second.id).not.toBe(first.id);
    expect(second).not.toHaveProperty("tags");
    expect(second).not.toHaveProperty("contentType");
    const path = new URL(first.id).pathname;
    expect((await world.call(path)).body).toMatchObject({ value: "one", tags: { a: "b" } });
  });

  test("finds the name whatever its case and keeps that of the first write", async () => {
    await set();
    await set({ value: "two" }, name.toUpperCase());
    const { body } = await get(name.toLowerCase());
    expect(body).toMatchObject({ value: "two", id: expect.stringContaining(`/secrets/${name}/`) });
  });
});

describe("Patching a secret", () => {
  test("replaces tags, keeps what isn't named, answers without value and moves updated", async () => {
    await set({ value: "v", tags: { a: "b" }, attributes: { exp: 2_000_000_000 } });
    world.azure.knobs.advance(5000);
    const { body } = await world.call(`/secrets/${name}/`, { method: "PATCH", body: { tags: { c: "d" } } });
    const { attributes } = body as Bundle;
    expect(body).not.toHaveProperty("value");
    expect(body).toMatchObject({ tags: { c: "d" }, attributes: { exp: 2_000_000_000, enabled: true } });
    expect(attributes.updated).toBeGreaterThanOrEqual(attributes.created + 5);
    expect((await get()).body).toMatchObject({ value: "v", tags: { c: "d" } });
  });

  test("reaches old versions, and no unknown ones", async () => {
    const old = new URL(((await set()).body as Bundle).id).pathname;
    await set({ value: "new" });
    expect((await world.call(old, { method: "PATCH", body: { contentType: "old" } })).status).toBe(200);
    expect((await world.call(old)).body).toMatchObject({ contentType: "old" });
    expect((await get()).body).not.toHaveProperty("contentType");
    expect((await world.call(`/secrets/${name}/0`, { method: "PATCH", body: {} })).status).toBe(404);
  });
});

describe("Deleting a secret", () => {
  test("hides it at once and shows it among the deleted ones only after a while", async () => {
    await set({ value: "v", tags: { a: "b" } });
    const deleted = await remove();
    const bundle = deleted.body as Bundle;
    expect(deleted.status).toBe(200);
    expect(bundle).toMatchObject({
      recoveryId: expect.stringMatching(new RegExp(`/deletedsecrets/${name}$`)),
      id: expect.stringMatching(/[0-9a-f]{32}$/),
      tags: { a: "b" },
    });
    expect((bundle.scheduledPurgeDate ?? 0) - (bundle.deletedDate ?? 0)).toBe(90 * 86_400);
    expect(bundle).not.toHaveProperty("value");
    expect((await get()).status).toBe(404);
    expect((await remove()).status).toBe(404);
    expect((await getDeleted()).status).toBe(404);
    world.azure.knobs.advance(1000);
    expect((await getDeleted()).body).toEqual(bundle);
  });

  test("keeps the name from being used, with 409s for each phase", async () => {
    await set();
    await remove();
    expect(inner(await set())).toEqual([
      409,
      "ObjectIsBeingDeleted",
      `Secret ${name} is currently being deleted and cannot be re-created; retry later.`,
    ]);
    expect(inner(await purge())).toEqual([409, "ObjectIsBeingDeleted", "Secret is currently being deleted."]);
    expect(inner(await recover())).toEqual([
      409,
      "ObjectIsBeingDeleted",
      "Secret is currently being deleted.",
    ]);
    world.azure.knobs.advance(1000);
    expect(inner(await set())).toEqual([
      409,
      "ObjectIsDeletedButRecoverable",
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    ]);
  });

  test("ends in the purge when the retention is over", async () => {
    await set();
    await remove();
    world.azure.knobs.patch({ token: { lifetimeSeconds: 86_400 } });
    world.azure.knobs.advance(90 * 86_400_000);
    const token = await world.accessToken({ now: world.azure.clock.seconds() });
    const reply = await world.call(`/secrets/${name}`, {
      method: "PUT",
      body: { value: "again" },
      headers: { authorization: `Bearer ${token}` },
    });
    expect(reply.status).toBe(200);
  });
});

describe("Recovering a secret", () => {
  test("brings it back with its versions after a while", async () => {
    await set({ value: "one" });
    await set({ value: "two" });
    await remove();
    world.azure.knobs.advance(1000);
    const { status, body } = await recover();
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("value");
    expect((await get()).status).toBe(404);
    expect(inner(await set())[1]).toBe("ObjectIsBeingRecovered");
    expect(inner(await remove())[1]).toBe("ObjectIsBeingRecovered");
    expect(inner(await recover())[1]).toBe("ObjectIsBeingRecovered");
    expect((await getDeleted()).status).toBe(404);
    world.azure.knobs.advance(1000);
    expect((await get()).body).toMatchObject({ value: "two" });
    const versions = (await world.call(`/secrets/${name}/versions`)).body as { value: unknown[] };
    expect(versions.value).toHaveLength(2);
  });
});

describe("Purging a secret", () => {
  test("answers 204 without body and frees the name after a while", async () => {
    await set();
    await remove();
    world.azure.knobs.advance(1000);
    const { status, text } = await purge();
    expect([status, text]).toEqual([204, ""]);
    expect((await getDeleted()).status).toBe(404);
    expect((await purge()).status).toBe(404);
    expect(inner(await set())[1]).toBe("ObjectIsBeingDeleted");
    world.azure.knobs.advance(1000);
    expect((await set()).status).toBe(200);
    const versions = (await world.call(`/secrets/${name}/versions`)).body as { value: unknown[] };
    expect(versions.value).toHaveLength(1);
  });

  test("is refused under purge protection", async () => {
    const vault = await world.addVault("protected", {
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 7,
    });
    world.grant(vault.id);
    world.azure.knobs.patch({ deletion: { deleteMs: 0 } });
    const made = await world.call("/secrets/a", { vault, method: "PUT", body: { value: "v" } });
    expect(made.body).toMatchObject({
      attributes: { recoveryLevel: "CustomizedRecoverable", recoverableDays: 7 },
    });
    await world.call("/secrets/a", { vault, method: "DELETE" });
    const reply = await world.call("/deletedsecrets/a", { vault, method: "DELETE" });
    expect(inner(reply)).toEqual([
      403,
      undefined,
      'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: protected;location=westeurope',
    ]);
  });
});

describe("Backing a secret up", () => {
  const backup = (): Promise<Reply> => world.call(`/secrets/${name}/backup`, { method: "POST" });
  const restore = (value: string): Promise<Reply> =>
    world.call("/secrets/restore", { method: "POST", body: { value } });

  test("gives a sealed blob that restores all versions once the name is free", async () => {
    world.azure.knobs.patch({ deletion: { deleteMs: 0, purgeMs: 0 } });
    await set({ value: "canary-one" });
    await set({ value: "canary-two", tags: { a: "b" } });
    const { value } = (await backup()).body as { value: string };
    expect(Buffer.from(value, "base64url").includes("canary")).toBe(false);
    expect((await restore(value)).status).toBe(409);
    await remove();
    expect(inner(await restore(value))[1]).toBe("ObjectIsDeletedButRecoverable");
    await purge();
    const restored = await restore(value);
    expect(restored.status).toBe(200);
    expect(restored.body).not.toHaveProperty("value");
    expect((await get()).body).toMatchObject({ value: "canary-two", tags: { a: "b" } });
  });

  test("is refused above 500 versions", async () => {
    for (let version = 0; version <= 500; version += 1) {
      world.azure.seedSecret("webshop", name, { value: String(version) });
    }
    expect((await backup()).status).toBe(400);
  });
});
