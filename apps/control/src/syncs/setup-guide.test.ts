import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { setupGuide } from "./setup-guide.ts";

const SYNC = "0b6f2d1e-0000-4000-8000-0123456789ab";
const ISSUER = "https://secrets.example.com";
const AUDIENCE = "api://AzureADTokenExchange";
const SUBJECT = `enkryptify:sync:azure-key-vault:${SYNC}`;

describe("the guide to a sync's set-up", () => {
  test("has the values that Azure asks for, and the snippet is made of just these", () => {
    const guide = setupGuide(SYNC, ISSUER, AUDIENCE);
    expect(guide).toMatchObject({
      issuer: ISSUER,
      subject: SUBJECT,
      audience: AUDIENCE,
      credentialName: "enkryptify-key-vault-sync",
      role: { name: "Key Vault Secrets Officer", id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" },
    });
    expect(guide.snippet).toEqual({
      name: "enkryptify-key-vault-sync",
      issuer: ISSUER,
      subject: SUBJECT,
      audiences: [AUDIENCE],
    });
  });

  test("each way of setting it up names issuer, subject, audience and role", () => {
    const { commands } = setupGuide(SYNC, ISSUER, "api://AzureADTokenExchangeChina");
    for (const command of Object.values(commands)) {
      expect(command).toContain(ISSUER);
      expect(command).toContain(SUBJECT);
      expect(command).toContain("api://AzureADTokenExchangeChina");
      expect(command).toMatch(/Key Vault Secrets Officer|b86a8fe4-44ce-4948-aee5-eccb2c155cd7/);
      expect(command).toContain("<vault-name>");
    }
  });

  test("the commands for az run in a shell, with the credential as one argument of JSON", () => {
    const { commands, snippet } = setupGuide(SYNC, ISSUER, AUDIENCE, {
      clientId: null,
      vaultUrl: "https://my-vault.vault.azure.net",
    });
    const { status, stdout, stderr } = spawnSync("sh", ["-e"], {
      // It stands for az: prints its arguments, one a line.
      input: `az() { printf '%s\\n' "$@" >&2; printf 'printed-id\\n'; }\n${commands.az}`,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stdout).toContain("printed-id");
    const lines = stderr.split("\n");
    expect(lines.map(parsed).filter((value) => value !== undefined)).toContainEqual(snippet);
    expect(lines).toEqual(expect.arrayContaining(["Key Vault Secrets Officer", "my-vault", "printed-id"]));
  });

  test("what is known already stands in the commands for az, which then make no app registration", () => {
    const clientId = "66666666-7777-8888-9999-aaaaaaaaaaaa";
    const { commands } = setupGuide(SYNC, ISSUER, AUDIENCE, {
      clientId,
      vaultUrl: "https://my-vault.vault.azure.net",
    });
    expect(commands.az).toContain(clientId);
    expect(commands.az).not.toContain("az ad app create");
    for (const command of Object.values(commands)) {
      expect(command).toContain("my-vault");
      expect(command).not.toContain("<vault-name>");
    }
  });

  test("Terraform and Bicep are left with balanced brackets and quotes", () => {
    const { terraform, bicep } = setupGuide(SYNC, ISSUER, AUDIENCE).commands;
    for (const text of [terraform, bicep])
      for (const [open, close] of ["{}", "[]", "()"])
        expect(text.split(open ?? "").length).toBe(text.split(close ?? "").length);
    expect(terraform.split('"').length % 2).toBe(1);
    expect(bicep.split("'").length % 2).toBe(1);
    expect(bicep).toContain("name: '${app.uniqueName}/enkryptify-key-vault-sync'");
  });
});

function parsed(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
