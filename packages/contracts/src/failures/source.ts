import type { FailureDefinition } from "./definition.ts";

/** Failures that lie in the secret itself or in what its name becomes. No request is made for them. */
export const sourceFailures = {
  NAME_UNSUPPORTED: {
    scope: "secret",
    retry: "permanent",
    message:
      "“{secretName}” can't be a Key Vault name: it holds “{characters}”, and Key Vault allows letters, digits and hyphens.",
    hint: "Rename the secret, or choose its name in the vault{alternative}.",
  },
  NAME_TOO_LONG: {
    scope: "secret",
    retry: "permanent",
    message: "The name “{vaultName}” has {length} characters with the prefix; Key Vault allows 127.",
    hint: "Shorten the secret's name or the sync's prefix.",
  },
  NAME_COLLISION: {
    scope: "secret",
    retry: "permanent",
    message: "“{secretName}” and {others} become the same Key Vault name, “{vaultName}”.",
    hint: "Key Vault doesn't tell upper from lower case. Rename all but one of them, or choose their names in the vault; until then none of them is written.",
  },
  VALUE_TOO_LARGE: {
    scope: "secret",
    retry: "permanent",
    message: "The value has {length} characters; Key Vault allows 25,600.",
    hint: "Shorten or split the value, or keep it in storage and the address here.",
  },
  VALUE_UNREADABLE: {
    scope: "secret",
    retry: "permanent",
    message: "The stored value can't be decrypted: its ciphertext doesn't belong to this row or was altered.",
    hint: "Set the secret's value anew. If several secrets fail like this, check KEY_ENCRYPTION_KEY.",
  },
  VAULT_SECRET_EXISTS: {
    scope: "secret",
    retry: "permanent",
    message: "The vault already has a secret “{vaultName}” that this sync didn't make.",
    hint: "Adopt this secret, or set the sync to adopt existing secrets. Or delete or rename it in the vault, or rename the secret here, and run the sync.",
  },
  VAULT_SECRET_OWNED: {
    scope: "secret",
    retry: "permanent",
    message: "The vault's secret “{vaultName}” belongs to another sync, {owner}.",
    hint: "Give one of the two syncs a prefix of its own, or remove the secret from the other sync.",
  },
  VAULT_SECRET_LEFT: {
    scope: "secret",
    retry: "permanent",
    message: "The vault's secret “{vaultName}” was left there by a sync that is disconnected now, {owner}.",
    hint: "Adopt this secret, or set the sync to adopt existing secrets; or delete it in the vault and run the sync.",
  },
  VAULT_SECRET_DISABLED: {
    scope: "secret",
    retry: "permanent",
    message: "Somebody disabled “{vaultName}” in the vault, and a write would enable it again.",
    hint: "Enable it in the vault (or delete it there) and run the sync.",
  },
  VAULT_SECRET_MANAGED: {
    scope: "secret",
    retry: "permanent",
    message: "“{vaultName}” belongs to a certificate of the vault, which Key Vault manages itself.",
    hint: "Rename the secret here, or give the sync a prefix.",
  },
  VAULT_SECRET_CHANGED: {
    scope: "secret",
    retry: "permanent",
    message: "Somebody changed “{vaultName}” in the vault since this sync wrote it.",
    hint: "Set the sync's drift policy to “repair” to have it written again, or change the value here.",
  },
  VAULT_SECRET_MISSING: {
    scope: "secret",
    retry: "permanent",
    message: "Somebody deleted “{vaultName}” in the vault.",
    hint: "Set the sync's drift policy to “repair” to have it written again, or delete the secret here.",
  },
  VAULT_SECRET_TAGS: {
    scope: "secret",
    retry: "permanent",
    message: "“{vaultName}” has {count} tags of its own; with this sync's four that is over Key Vault's 15.",
    hint: "Remove tags from it in the vault and run the sync.",
  },
  REMOVAL_AWAITS_APPROVAL: {
    scope: "secret",
    retry: "permanent",
    message:
      "“{vaultName}” is to be removed from the vault, and waits for approval: the run would have removed {count} of the {held} secrets that this sync holds there.",
    hint: "Approve the plan that waits. Or restore the secrets here, or set the sync to keep removed secrets in the vault.",
  },
} as const satisfies Record<string, FailureDefinition>;
