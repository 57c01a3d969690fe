import { describe, expect, test } from "@jest/globals";
import { cloudSettings, resolveCloud } from "./clouds.ts";
import { guidSchema, issuerUrlSchema, prefixSchema, secretNameSchema } from "./identifiers.ts";
import { nextScheduledTime } from "./schedule.ts";
import { checkVaultUrl, isSameVault } from "./vault-url.ts";
import { z } from "zod";

const cloudOf = (settings: Record<string, string>): ReturnType<typeof resolveCloud> =>
  resolveCloud(z.object(cloudSettings).parse(settings));
const azure = cloudOf({});
if ("missing" in azure) throw new Error("the public cloud needs no settings");

describe("a Key Vault's URL", () => {
  test.each([
    "https://my-vault.vault.azure.net",
    "https://MY-vault.vault.azure.net/",
    " https://my-vault.vault.azure.net ",
  ])("%s is taken", (text) => {
    expect(checkVaultUrl(text, azure)).toEqual({
      ok: true,
      vaultUrl: "https://my-vault.vault.azure.net",
      vaultName: "my-vault",
    });
  });

  test.each([
    "my-vault.vault.azure.net",
    "http://my-vault.vault.azure.net",
    "https://my-vault.vault.azure.net/secrets",
    "https://my-vault.vault.azure.net?x=1",
    "https://my-vault.vault.azure.net/#",
    "https://my-vault.vault.azure.net:8443",
    "https://user:pass@my-vault.vault.azure.net",
    "https://my-vault.vault.azure.net.evil.example",
    "https://evil.example/my-vault.vault.azure.net",
    "https://a.b.vault.azure.net",
    "https://.vault.azure.net",
    "https://ab.vault.azure.net",
    "https://1abc.vault.azure.net",
    "https://a--b.vault.azure.net",
    "https://abc-.vault.azure.net",
    `https://${"a".repeat(25)}.vault.azure.net`,
    "https://my-vault.vault.azure.cn",
    "https://169.254.169.254",
    "https://my_vault.vault.azure.net",
    "https://мой.vault.azure.net",
    "",
  ])("“%s” is refused with a reason", (text) => {
    const verdict = checkVaultUrl(text, azure);
    expect(verdict).toMatchObject({ ok: false, problem: expect.stringMatching(/^must/) });
  });

  test("a paging link belongs to the vault with and without the default port, and nowhere else", () => {
    const vault = "https://my-vault.vault.azure.net";
    expect(isSameVault("https://my-vault.vault.azure.net:443/secrets?x", vault)).toBe(true);
    expect(isSameVault("https://my-vault.vault.azure.net/secrets", vault)).toBe(true);
    for (const link of [
      "https://other.vault.azure.net/",
      "http://my-vault.vault.azure.net/",
      "not a link",
      "//x",
    ])
      expect(isSameVault(link, vault)).toBe(false);
  });
});

describe("clouds", () => {
  test.each([
    ["usgov", ".vault.usgovcloudapi.net", "api://AzureADTokenExchangeUSGov"],
    ["china", ".vault.azure.cn", "api://AzureADTokenExchangeChina"],
  ])("%s has its own suffix and audience", (name, vaultSuffix, audience) => {
    expect(cloudOf({ AZURE_CLOUD: name })).toMatchObject({ vaultSuffix, audience });
  });

  test("a custom cloud names what it lacks", () => {
    expect(cloudOf({ AZURE_CLOUD: "custom", AZURE_CUSTOM_AUTHORITY_HOST: "https://login.example" })).toEqual({
      missing: ["AZURE_CUSTOM_VAULT_SUFFIX"],
    });
  });

  test("a custom cloud's challenge is verified unless that is switched off", () => {
    const settings = {
      AZURE_CLOUD: "custom",
      AZURE_CUSTOM_AUTHORITY_HOST: "https://login.example",
      AZURE_CUSTOM_VAULT_SUFFIX: ".vault.example:8443",
    };
    expect(cloudOf(settings)).toMatchObject({ verifyChallenge: true });
    expect(cloudOf({ ...settings, AZURE_CUSTOM_VERIFY_CHALLENGE: "false" })).toMatchObject({
      verifyChallenge: false,
    });
  });
});

describe("what people enter", () => {
  test("a GUID is taken in any case and kept in lower case; a domain isn't one", () => {
    expect(guidSchema.parse(" 1234ABCD-0000-0000-0000-00000000000F ")).toBe(
      "1234abcd-0000-0000-0000-00000000000f",
    );
    expect(guidSchema.safeParse("contoso.onmicrosoft.com").success).toBe(false);
  });

  test("a secret's name has 1 to 255 letters, digits, underscores, hyphens and dots", () => {
    for (const name of ["a", "A_b-c.9", "x".repeat(255)])
      expect(secretNameSchema.safeParse(name).success).toBe(true);
    for (const name of ["", "x".repeat(256), "a b", "a/b", "ä", "a\0"])
      expect(secretNameSchema.safeParse(name).success).toBe(false);
  });

  test("a prefix has letters, digits and hyphens, or nothing", () => {
    for (const prefix of ["", "app-", "x".repeat(126)])
      expect(prefixSchema.safeParse(prefix).success).toBe(true);
    for (const prefix of ["a_", "a.", " ", "x".repeat(127), "é"])
      expect(prefixSchema.safeParse(prefix).success).toBe(false);
  });

  test("an issuer is https without a slash at the end, or http on the loopback address", () => {
    for (const issuer of [
      "https://a.example",
      "https://a.example/tenant",
      "http://localhost:8080",
      "http://127.0.0.1:1",
    ])
      expect(issuerUrlSchema.safeParse(issuer).success).toBe(true);
    for (const issuer of [
      "https://a.example/",
      "http://a.example",
      "https://a.example?x",
      "https://A.example",
      "a.example",
    ])
      expect(issuerUrlSchema.safeParse(issuer).success).toBe(false);
  });
});

describe("a schedule", () => {
  const id = "11111111-1111-4111-8111-111111111111";

  test("follows its time zone through the change of the clocks", () => {
    const next = nextScheduledTime(
      { id, schedule: "0 3 * * *", timeZone: "Europe/Berlin" },
      new Date("2026-03-28T12:00:00Z"),
    );
    expect(next.toISOString().slice(0, 13)).toBe("2026-03-29T01");
  });

  test("is spread by up to a minute, the same for a sync each time", () => {
    const at = (syncId: string): number =>
      nextScheduledTime(
        { id: syncId, schedule: "0 * * * *", timeZone: "UTC" },
        new Date("2026-01-01T00:30:00Z"),
      ).getTime() - Date.parse("2026-01-01T01:00:00Z");
    expect(at(id)).toBe(at(id));
    const offsets = Array.from({ length: 50 }, (_, n) => at(`sync ${n}`));
    expect(new Set(offsets).size).toBeGreaterThan(45);
    for (const offset of offsets) expect(offset).toBeGreaterThanOrEqual(0);
    for (const offset of offsets) expect(offset).toBeLessThan(60_000);
  });
});
