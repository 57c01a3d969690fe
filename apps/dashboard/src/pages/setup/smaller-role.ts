/** What a sync needs of Key Vault's data plane: everything but reading values. docs/azure.md says what each is for. */
export const DATA_ACTIONS = [
  "Microsoft.KeyVault/vaults/secrets/setSecret/action",
  "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
  "Microsoft.KeyVault/vaults/secrets/delete",
  "Microsoft.KeyVault/vaults/secrets/recover/action",
  "Microsoft.KeyVault/vaults/secrets/purge/action",
];

/** A role for syncs that can't read values, as the portal and `az role definition create` take it. */
export const SMALLER_ROLE = JSON.stringify(
  {
    Name: "Key Vault Secrets Sync",
    IsCustom: true,
    Description: "Writes and deletes secrets. Cannot read their values.",
    Actions: [],
    NotActions: [],
    DataActions: DATA_ACTIONS,
    NotDataActions: [],
    AssignableScopes: ["/subscriptions/<subscription-id>"],
  },
  null,
  2,
);
