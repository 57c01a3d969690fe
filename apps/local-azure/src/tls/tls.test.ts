import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { httpsClient } from "../../testing/https.ts";
import { startLocalAzure } from "../local-azure.ts";
import { createAuthority, createLeaf, leafLasts } from "./authority.ts";
import { certificateNames, serverIdentity } from "./files.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const DAY_MS = 86_400_000;
const NAMES = certificateNames(".vault.localhost", []);

describe("The server's certificate", () => {
  test("is signed by the authority, covers every name and is no authority itself", async () => {
    const authority = await createAuthority(NOW);
    const leaf = new X509Certificate((await createLeaf(authority, NAMES, NOW)).certificate);
    const ca = new X509Certificate(authority.certificate);
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkHost("login.localhost")).toBe("login.localhost");
    expect(leaf.checkHost("webshop.vault.localhost")).toBe("*.vault.localhost");
    expect(leaf.checkHost("a.b.vault.localhost")).toBeUndefined();
    expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(leaf.checkIP("::1")).toBe("::1");
  });

  test("doesn't last when it ends soon, lacks a name or comes from another authority", async () => {
    const authority = await createAuthority(NOW);
    const leaf = await createLeaf(authority, NAMES, NOW);
    expect(leafLasts(leaf, authority, NAMES, NOW)).toBe(true);
    expect(leafLasts(leaf, authority, NAMES, new Date(NOW.getTime() + 370 * DAY_MS))).toBe(false);
    expect(leafLasts(leaf, authority, [...NAMES, "azure.internal"], NOW)).toBe(false);
    expect(leafLasts(leaf, await createAuthority(NOW), NAMES, NOW)).toBe(false);
  });
});

describe("The certificate directory", () => {
  let directory: string;

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), "local-azure-tls-")), "made");
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const read = (name: string): Promise<string> => readFile(join(directory, name), "utf8");

  test("is made with private keys that only their owner can read, and used again", async () => {
    const first = await serverIdentity(directory, NAMES, NOW);
    for (const key of ["ca-key.pem", "server-key.pem"]) {
      const { mode } = await stat(join(directory, key));
      expect(mode & 0o777).toBe(0o600);
    }
    expect(first.caFile).toBe(join(directory, "ca.pem"));
    expect(await serverIdentity(directory, NAMES, NOW)).toEqual(first);
  });

  test("gets a new server certificate under the same authority when a name is added", async () => {
    const first = await serverIdentity(directory, NAMES, NOW);
    const second = await serverIdentity(directory, [...NAMES, "azure.internal"], NOW);
    expect(second.ca).toBe(first.ca);
    expect(second.server.certificate).not.toBe(first.server.certificate);
    expect(new X509Certificate(await read("server.pem")).checkHost("azure.internal")).toBe("azure.internal");
  });

  test("gets a new server certificate when the old one is about to end", async () => {
    const first = await serverIdentity(directory, NAMES, NOW);
    const later = new Date(NOW.getTime() + 380 * DAY_MS);
    const second = await serverIdentity(directory, NAMES, later);
    expect(second.ca).toBe(first.ca);
    expect(new X509Certificate(second.server.certificate).validToDate > later).toBe(true);
  });

  test("is made anew where a file is damaged", async () => {
    await serverIdentity(directory, NAMES, NOW);
    await writeFile(join(directory, "ca.pem"), "not a certificate");
    const { ca, server } = await serverIdentity(directory, NAMES, NOW);
    expect(new X509Certificate(server.certificate).verify(new X509Certificate(ca).publicKey)).toBe(true);
  });

  test("holds what a client needs to reach local Azure over TLS", async () => {
    const azure = await startLocalAzure({ certificateDirectory: directory });
    const trusting = httpsClient(await read("ca.pem"));
    const doubting = httpsClient((await createAuthority(NOW)).certificate);
    try {
      expect((await trusting.call(`${azure.origin}/local/health`)).status).toBe(200);
      expect((await trusting.call(`https://127.0.0.1:${String(azure.port)}/local/health`)).status).toBe(200);
      await expect(doubting.call(`${azure.origin}/local/health`)).rejects.toMatchObject({
        code: expect.stringMatching(/SIGNATURE|SELF_SIGNED|UNABLE/),
      });
    } finally {
      trusting.close();
      doubting.close();
      await azure.stop();
    }
  });
});
