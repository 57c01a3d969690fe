import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { httpsClient } from "../testing/https.ts";
import { vaultId } from "../testing/world.ts";
import { optionsOf, settingsSchema } from "./settings.ts";

const ADMIN_KEY = "admin-key-for-tests";

let directory: string;
let started: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-main-"));
});

afterEach(async () => {
  if (started !== undefined && started.exitCode === null && started.signalCode === null) {
    started.kill("SIGKILL");
    await once(started, "exit");
  }
  rmSync(directory, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  LOCAL_AZURE_ADMIN_KEY: ADMIN_KEY,
  LOCAL_AZURE_CERTIFICATE_DIR: join(directory, "tls"),
  LOCAL_AZURE_STATE_DIR: join(directory, "state"),
  LOCAL_AZURE_STORAGE_KEY: Buffer.alloc(32, 7).toString("base64"),
});

function start(env: Record<string, string>): {
  child: ChildProcess;
  output: string[];
  ready: Promise<Record<string, unknown>>;
} {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started = child;
  const output: string[] = [];
  const ready = new Promise<Record<string, unknown>>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output.push(line);
      const entry = JSON.parse(line) as Record<string, unknown>;
      if (entry["msg"] === "local Azure is ready") resolve(entry);
    });
  });
  createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
  return { child, output, ready };
}

describe("The process", () => {
  test("logs its address, keeps state over a kill, never logs a value, and ends with 0 on SIGTERM", async () => {
    const first = start(settings());
    const { origin, caFile } = await first.ready;
    const https = httpsClient(readFileSync(String(caFile), "utf8"));
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const manage = (
      base: unknown,
      path: string,
      method: string,
      body?: unknown,
    ): ReturnType<typeof https.call> => https.call(`${String(base)}${path}`, { method, headers, body });
    const tenant = await manage(origin, "/local/tenants", "POST", {});
    const { tenantId } = tenant.body as { tenantId: string };
    await manage(origin, vaultId("webshop"), "PUT", { location: "x", properties: { tenantId } });
    const seeded = await manage(origin, "/local/vaults/webshop/secrets/a", "PUT", { value: "canary-3c90" });
    expect(seeded.status).toBe(204);
    await https.call(`${String(origin)}/${tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials&client_assertion=canary-3c90",
    });
    first.child.kill("SIGKILL");
    await once(first.child, "exit");

    const second = start({ ...settings(), LOCAL_AZURE_LOG_LEVEL: "trace" });
    const again = await second.ready;
    const vault = await manage(again["origin"], "/local/vaults/webshop", "GET");
    expect(vault.body).toMatchObject({ secrets: { active: 1 } });
    https.close();
    second.child.kill("SIGTERM");
    expect(await once(second.child, "exit")).toEqual([0, null]);
    expect([...first.output, ...second.output].join("\n")).not.toMatch(/canary|admin-key/);
    for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect([file.name, bytes.includes("canary")]).toEqual([file.name, false]);
    }
  });

  test("names every setting that is missing or malformed, without its value, and ends with 1", async () => {
    const { child, output } = start({ LOCAL_AZURE_ADMIN_KEY: "short-canary", LOCAL_AZURE_PORT: "-1" });
    expect(await once(child, "exit")).toEqual([1, null]);
    const text = output.join("\n");
    for (const name of ["LOCAL_AZURE_ADMIN_KEY", "LOCAL_AZURE_PORT", "LOCAL_AZURE_CERTIFICATE_DIR"]) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain("canary");
  });

  test("doesn't keep state without a key to encrypt it under", async () => {
    const { LOCAL_AZURE_STORAGE_KEY: _, ...rest } = settings();
    const { child, output } = start(rest);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output.join("\n")).toContain("LOCAL_AZURE_STORAGE_KEY");
  });

  test("ends with 1 and says why when its state can't be read", async () => {
    const first = start(settings());
    await first.ready;
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
    const other = Buffer.alloc(32, 8).toString("base64");
    const second = start({ ...settings(), LOCAL_AZURE_STORAGE_KEY: other });
    expect(await once(second.child, "exit")).toEqual([1, null]);
    expect(second.output.join("\n")).toContain("storage key");
  });
});

describe("Settings", () => {
  test("become options, with hosts split and lower-cased", () => {
    const parsed = settingsSchema.parse({ ...settings(), LOCAL_AZURE_EXTRA_HOSTS: "Azure, other.internal" });
    expect(optionsOf(parsed)).toMatchObject({
      host: "127.0.0.1",
      port: 0,
      vaultSuffix: ".vault.localhost",
      extraHosts: ["azure", "other.internal"],
      storage: { key: Buffer.alloc(32, 7) },
      resource: "https://vault.azure.net",
    });
  });
});
