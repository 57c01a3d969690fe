import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { httpsClient } from "../testing/https.ts";
import { startWorld, type World } from "../testing/world.ts";
import { type LocalAzure, startLocalAzure } from "./local-azure.ts";

let directory: string;
const key = randomBytes(32);
const running: Array<{ stop: () => Promise<void> }> = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-state-"));
});

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  rmSync(directory, { recursive: true, force: true });
});

const storage = (): { directory: string; key: Buffer } => ({ directory, key });
const stateFile = (): string => join(directory, "state.kvlaz");

async function firstLife(): Promise<World> {
  const world = await startWorld({ storage: storage() });
  running.push(world);
  return world;
}

async function nextLife(): Promise<LocalAzure> {
  const azure = await startLocalAzure({ storage: storage() });
  running.push(azure);
  return azure;
}

const set = (world: World, name: string, body: unknown): ReturnType<World["call"]> =>
  world.call(`/secrets/${name}`, { method: "PUT", body });

describe("After a restart", () => {
  test("tenants, applications, credentials, roles, vaults, ports and tokens are as before", async () => {
    const world = await firstLife();
    world.azure.resources.putRoleDefinition("5f3c1a52-6f0e-4d39-9d5a-0a8d6ce2a0aa", {
      properties: { roleName: "Custom", permissions: [{ dataActions: ["x"] }] },
    });
    const gone = world.grant(world.vault.id, "5f3c1a52-6f0e-4d39-9d5a-0a8d6ce2a0aa");
    world.azure.resources.deleteRoleAssignment(gone);
    await set(world, "a", { value: "v" });
    const token = await world.accessToken();
    await world.azure.stop();

    const azure = await nextLife();
    expect(azure.graph.application(world.application.id).federatedCredentials).toHaveLength(1);
    expect(azure.graph.servicePrincipal(world.principal.id)).toEqual(world.principal);
    expect(azure.resources.vault("webshop").vault).toEqual(world.vault);
    expect(azure.resources.roleAssignments(world.vault.id)).toHaveLength(1);
    expect(azure.createTenant({ tenantId: world.tenant.id })).toEqual(world.tenant);
    const https = httpsClient(azure.ca);
    const reply = await https.call(`${azure.addressesOf(world.vault).localUri}secrets/a?api-version=7.6`, {
      headers: { authorization: `Bearer ${token}` },
    });
    https.close();
    expect([reply.status, reply.body]).toEqual([200, expect.objectContaining({ value: "v" })]);
  });

  test("secrets have their versions, attributes, tags and phases", async () => {
    const world = await firstLife();
    world.azure.knobs.patch({ deletion: { deleteMs: 0, purgeMs: 0 } });
    await set(world, "Two", { value: "one", tags: { a: "b" } });
    await set(world, "two", { value: "two", contentType: "text/plain", attributes: { exp: 2_000_000_000 } });
    await world.call("/secrets/two", { method: "PATCH", body: { tags: { c: "d" } } });
    for (const name of ["deleted", "purged", "recovered"]) {
      await set(world, name, { value: "v" });
      await world.call(`/secrets/${name}`, { method: "DELETE" });
    }
    await world.call("/deletedsecrets/purged", { method: "DELETE" });
    await world.call("/deletedsecrets/recovered/recover", { method: "POST" });
    const { store: before } = world.azure.resources.vault("webshop");
    const now = world.azure.clock.now();
    const expected = before.get("TWO", now);
    await world.azure.stop();

    const azure = await nextLife();
    const { store } = azure.resources.vault("webshop");
    expect(store.get("two", now)).toEqual(expected);
    expect(store.get("two", now)).toMatchObject({
      head: { name: "Two" },
      current: { value: "two", contentType: "text/plain", expires: 2_000_000_000, tags: { c: "d" } },
      versions: { length: 2 },
    });
    expect(store.get("deleted", now)?.head.phase.phase).toBe("deleted");
    expect(store.get("purged", now)).toBeUndefined();
    expect(store.get("recovered", now)?.head.phase.phase).toBe("active");
    expect(store.counts()).toEqual({ active: 2, deleted: 1 });
    const later = now + 60_000;
    expect(store.activePage("", 25, later).secrets.map(({ head }) => head.name)).toEqual([
      "recovered",
      "Two",
    ]);
  });

  test("a hundred thousand secrets are there", async () => {
    const world = await firstLife();
    world.azure.seedSecrets("webshop", { count: 100_000, prefix: "app-", value: "x".repeat(100) });
    await world.azure.stop();
    const azure = await nextLife();
    expect(azure.resources.vault("webshop").store.counts().active).toBe(100_000);
    expect(azure.peek("webshop", "app-099999")).toBe("x".repeat(100));
  });

  test("only the last change is lost when the end of the file was torn off", async () => {
    const world = await firstLife();
    await set(world, "kept", { value: "v" });
    await set(world, "torn", { value: "v" });
    await world.azure.stop();
    truncateSync(stateFile(), readFileSync(stateFile()).length - 5);
    const azure = await nextLife();
    expect([azure.peek("webshop", "kept"), azure.peek("webshop", "torn")]).toEqual(["v", undefined]);
    azure.seedSecret("webshop", "after", { value: "w" });
    await azure.stop();
    expect((await nextLife()).peek("webshop", "after")).toBe("w");
  });

  test("a vault whose port is taken gets another and keeps that", async () => {
    const world = await firstLife();
    const { localPort } = world.vault;
    await world.azure.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(localPort, "127.0.0.1", resolve));
    const azure = await nextLife();
    const moved = azure.resources.vault("webshop").vault.localPort;
    expect(moved).not.toBe(localPort);
    await azure.stop();
    await new Promise((resolve) => squatter.close(resolve));
    expect((await nextLife()).resources.vault("webshop").vault.localPort).toBe(moved);
  });
});

describe("The state on disk", () => {
  test("holds no value, name, tag or key in the clear", async () => {
    const world = await firstLife();
    await set(world, "canary-name", { value: "canary-value", tags: { "canary-tag": "canary-tag-value" } });
    await world.azure.stop();
    await (await nextLife()).stop();
    const bytes = readFileSync(stateFile());
    for (const text of ["canary", "webshop", '"d":', world.tenant.id])
      expect(bytes.includes(text)).toBe(false);
  });

  test("can't be opened under another key, and keeps what it holds", async () => {
    const world = await firstLife();
    await set(world, "a", { value: "v" });
    await world.azure.stop();
    await expect(startLocalAzure({ storage: { directory, key: randomBytes(32) } })).rejects.toMatchObject({
      code: "JOURNAL_UNREADABLE",
    });
    expect((await nextLife()).peek("webshop", "a")).toBe("v");
  });

  test("belongs to one local Azure at a time", async () => {
    const world = await firstLife();
    await expect(startLocalAzure({ storage: storage() })).rejects.toMatchObject({ code: "STATE_LOCKED" });
    expect((await world.call("/secrets")).status).toBe(200);
  });

  test("is let go when local Azure can't listen", async () => {
    const world = await firstLife();
    const { port } = world.azure;
    const other = mkdtempSync(join(tmpdir(), "local-azure-other-"));
    const options = { storage: { directory: other, key }, port };
    await expect(startLocalAzure(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
    const azure = await startLocalAzure({ storage: options.storage });
    await azure.stop();
    rmSync(other, { recursive: true });
  });
});
