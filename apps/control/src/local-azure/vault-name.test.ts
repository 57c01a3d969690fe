import { expect, test } from "@jest/globals";
import { checkVaultUrl } from "@kvsync/contracts";
import { vaultNameOf } from "./vault-name.ts";

const cloud = { vaultSuffix: ".vault.localhost" } as Parameters<typeof checkVaultUrl>[1];

test.each([
  ["webshop", "webshop-0b6f2d"],
  ["2fa-service", "fa-service-0b6f2d"],
  ["42", "vault-0b6f2d"],
  ["a--b-", "a-b-0b6f2d"],
  ["a-slug-that-is-much-longer-than-a-vault", "a-slug-that-is-mu-0b6f2d"],
])("of %s is %s, which Key Vault takes", (slug, name) => {
  expect(vaultNameOf(slug, "0b6f2d1e-0000-4000-8000-0123456789ab")).toBe(name);
  expect(checkVaultUrl(`https://${name}.vault.localhost`, cloud)).toMatchObject({ ok: true });
});
