/** What an Entra host can be asked for. */
const ENTRA_OPERATIONS = ["token", "openidConfiguration", "signingKeys"] as const;

/** What a vault can be asked for (source: the Key Vault REST specification). `unknown` is any request that is none of the others. */
const VAULT_OPERATIONS = [
  "setSecret",
  "getSecret",
  "updateSecret",
  "listSecrets",
  "listSecretVersions",
  "deleteSecret",
  "getDeletedSecret",
  "listDeletedSecrets",
  "recoverDeletedSecret",
  "purgeDeletedSecret",
  "backupSecret",
  "restoreSecret",
  "unknown",
] as const;

export const OPERATIONS = [...ENTRA_OPERATIONS, ...VAULT_OPERATIONS] as const;

export type EntraOperation = (typeof ENTRA_OPERATIONS)[number];
export type VaultOperation = (typeof VAULT_OPERATIONS)[number];
export type Operation = (typeof OPERATIONS)[number];
