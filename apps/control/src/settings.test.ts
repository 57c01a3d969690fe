import { describe, expect, test } from "@jest/globals";
import { SettingsError } from "@kvsync/runtime";
import { readControlSettings } from "./settings.ts";

const good = {
  DATABASE_URL: "postgres://user:pw@localhost:5432/kvsync",
  REDIS_URL: "redis://localhost:6379",
  ISSUER_URL: "https://secrets.example.com",
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

function problemsOf(environment: Record<string, string | undefined>): SettingsError {
  try {
    readControlSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("the settings were taken");
}

describe("control's settings", () => {
  test("the required ones are enough; the rest has defaults", () => {
    const settings = readControlSettings(good);
    expect(settings).toMatchObject({ port: 8080, host: "127.0.0.1", trustProxy: 0, rateLimitPerMinute: 200 });
    expect(settings.cloud.name).toBe("public");
  });

  test.each(Object.keys(good))("%s must be there; an empty one counts as missing", (name) => {
    for (const value of [undefined, ""]) {
      const error = problemsOf({ ...good, [name]: value });
      expect(error.problems.map(({ setting }) => setting)).toEqual([name]);
      expect(error.problems[0]?.problem).toMatch(/^is missing/);
    }
  });

  test("all that is wrong is named at once", () => {
    const names = problemsOf({}).problems.map(({ setting }) => setting);
    expect(names.toSorted()).toEqual(Object.keys(good).toSorted());
  });

  const canary = "CANARY1234";
  test.each([
    ["DATABASE_URL", `mysql://user:${canary}@localhost/db`],
    ["REDIS_URL", `http://:${canary}@localhost`],
    ["ISSUER_URL", `http://${canary}.example.com`],
    ["ISSUER_URL", `https://${canary}.example.com/`],
    ["KEY_ENCRYPTION_KEY", canary],
    ["SESSION_SECRET", canary],
    ["PORT", canary],
    ["PORT", "65536"],
    ["LOG_LEVEL", canary],
    ["TRUST_PROXY", "11"],
    ["TRUST_PROXY", "true"],
    ["GATHER_MS", "-1"],
    ["DATABASE_POOL_SIZE", "1"],
    ["RATE_LIMIT_PER_MINUTE", "0"],
    ["RATE_LIMIT_PER_MINUTE", "1.5"],
    ["MIGRATE_ON_START", canary],
    ["AZURE_CLOUD", canary],
    ["AZURE_CUSTOM_AUTHORITY_HOST", `http://${canary}`],
    ["AZURE_CUSTOM_AUTHORITY_HOST", `https://login.example/${canary}`],
    ["AZURE_CUSTOM_VAULT_SUFFIX", canary],
    ["AZURE_CUSTOM_VERIFY_CHALLENGE", canary],
  ])("a malformed %s is named, and its value isn't shown", (name, value) => {
    const error = problemsOf({ ...good, [name]: value });
    expect(new Set(error.problems.map(({ setting }) => setting))).toEqual(new Set([name]));
    expect(error.problems[0]?.problem).not.toMatch(/^is missing/);
    expect(JSON.stringify([error.message, error.problems])).not.toContain(canary);
    expect(error.code).toBe("SETTINGS_INVALID");
  });

  test("a custom cloud names what it needs", () => {
    const error = problemsOf({ ...good, AZURE_CLOUD: "custom" });
    expect(error.problems.map(({ setting }) => setting)).toEqual([
      "AZURE_CUSTOM_AUTHORITY_HOST",
      "AZURE_CUSTOM_VAULT_SUFFIX",
    ]);
  });

  test("a local Azure is for the custom cloud, with all of its settings", () => {
    const custom = {
      ...good,
      AZURE_CLOUD: "custom",
      AZURE_CUSTOM_AUTHORITY_HOST: "https://localhost:8443",
      AZURE_CUSTOM_VAULT_SUFFIX: ".vault.localhost:8443",
    };
    const origin = "https://localhost:8443";
    const adminKey = "a-management-key";
    const subscriptionId = "0d6f6a0e-0c3a-4d2e-9a51-0b8f5f6d7a01";
    const local = {
      LOCAL_AZURE_ORIGIN: origin,
      LOCAL_AZURE_ADMIN_KEY: adminKey,
      LOCAL_AZURE_SUBSCRIPTION_ID: subscriptionId,
    };
    expect(readControlSettings(custom).localAzure).toBeUndefined();
    expect(readControlSettings({ ...custom, ...local }).localAzure).toEqual({
      origin,
      adminKey,
      subscriptionId,
    });
    const settingsOf = (environment: Record<string, string>): string[] =>
      problemsOf(environment).problems.map(({ setting }) => setting);
    expect(settingsOf({ ...good, ...local })).toEqual(Object.keys(local));
    expect(settingsOf({ ...custom, LOCAL_AZURE_ORIGIN: origin })).toEqual([
      "LOCAL_AZURE_ADMIN_KEY",
      "LOCAL_AZURE_SUBSCRIPTION_ID",
    ]);
    expect(settingsOf({ ...custom, ...local, LOCAL_AZURE_ORIGIN: `${origin}/` })).toEqual([
      "LOCAL_AZURE_ORIGIN",
    ]);
  });
});
