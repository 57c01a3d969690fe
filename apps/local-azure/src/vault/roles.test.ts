import { describe, expect, test } from "@jest/globals";
import { actionTest, BUILT_IN_ROLES } from "./roles.ts";

const SECRETS = "Microsoft.KeyVault/vaults/secrets/";

function builtIn(name: string): (action: string) => boolean {
  const role = BUILT_IN_ROLES.find(({ roleName }) => roleName === name);
  if (role === undefined) throw new Error(`no role ${name}`);
  return actionTest(role);
}

describe("A role's data actions", () => {
  test("of the Secrets Officer allow everything about secrets and nothing about keys", () => {
    const allows = builtIn("Key Vault Secrets Officer");
    expect(allows(`${SECRETS}purge/action`)).toBe(true);
    expect(allows("Microsoft.KeyVault/vaults/keys/read")).toBe(false);
  });

  test("of the Secrets User allow to read and not to write", () => {
    const allows = builtIn("Key Vault Secrets User");
    expect(allows(`${SECRETS}getSecret/action`)).toBe(true);
    expect(allows(`${SECRETS}setSecret/action`)).toBe(false);
  });

  test("of the Reader allow metadata and no values", () => {
    const allows = builtIn("Key Vault Reader");
    expect(allows(`${SECRETS}readMetadata/action`)).toBe(true);
    expect(allows(`${SECRETS}getSecret/action`)).toBe(false);
  });

  test("match whatever the case, take only stars as wildcards and lose what is excluded", () => {
    const allows = actionTest({
      dataActions: ["microsoft.keyvault/vaults/secrets/*"],
      notDataActions: [`${SECRETS}purge/action`],
    });
    expect(allows(`${SECRETS}setSecret/action`)).toBe(true);
    expect(allows(`${SECRETS}purge/action`)).toBe(false);
    expect(allows("MicrosoftXKeyVault/vaults/secrets/a")).toBe(false);
  });
});
