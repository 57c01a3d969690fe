import type { FailureDefinition } from "./definition.ts";

/** What Key Vault answers (its error catalogue), and what can happen on the way to it. */
export const vaultFailures = {
  VAULT_ROLE_MISSING: {
    scope: "sync",
    retry: "grace",
    message: "The app registration may not {action} in this vault: it has no role there that allows it.",
    hint: "In the Key Vault's “Access control (IAM)”, assign “Key Vault Secrets Officer” to the app registration's service principal. New assignments take some minutes to act.",
  },
  VAULT_ACCESS_POLICY_MISSING: {
    scope: "sync",
    retry: "grace",
    message: "The vault uses access policies, and none lets this app registration {action}.",
    hint: "Add an access policy with the secret permissions get, list, set, delete, recover and purge, or switch the vault to Azure RBAC and assign “Key Vault Secrets Officer”.",
  },
  VAULT_FIREWALL: {
    scope: "sync",
    retry: "permanent",
    message: "The vault's firewall refused the worker's address.",
    hint: "In the Key Vault's “Networking”, allow the outgoing addresses of the workers.",
  },
  VAULT_PRIVATE: {
    scope: "sync",
    retry: "permanent",
    message: "The vault can only be reached through a private link.",
    hint: "Run a worker inside the vault's network, or enable public access for selected networks.",
  },
  VAULT_FORBIDDEN: {
    scope: "sync",
    retry: "permanent",
    message: "Key Vault refused the request: {detail}.",
    hint: "Look the request id up in the vault's diagnostic log, or ask the vault's administrator which rule denies it.",
  },
  VAULT_POLICY_DENIED: {
    scope: "secret",
    retry: "permanent",
    message: "An Azure Policy of this vault refused “{vaultName}”: {detail}.",
    hint: "Ask the vault's administrator which policy it is (content type, expiry and such) and exempt this sync's secrets.",
  },
  VAULT_TOKEN_REJECTED: {
    scope: "sync",
    retry: "transient",
    message: "Key Vault didn't accept the access token: {detail}.",
    hint: "It is tried again with a new token. If it stays, check that AZURE_CLOUD names the vault's cloud.",
  },
  VAULT_OTHER_TENANT: {
    scope: "sync",
    retry: "permanent",
    message: "The vault belongs to another Entra tenant than the one entered.",
    hint: "Enter the tenant id that the Key Vault's overview page shows, and use an app registration of that tenant.",
  },
  VAULT_NOT_FOUND: {
    scope: "sync",
    retry: "grace",
    message: "There is no Key Vault at {host}.",
    hint: "Check the Key Vault URL for a typing error, and that the vault hasn't been deleted.",
  },
  VAULT_UNREACHABLE: {
    scope: "sync",
    retry: "transient",
    message: "The Key Vault at {host} can't be reached ({detail}).",
    hint: "It is tried again by itself. If it stays, check the workers' way out to the internet.",
  },
  VAULT_CERTIFICATE: {
    scope: "sync",
    retry: "permanent",
    message: "The TLS certificate of {host} isn't trusted ({detail}).",
    hint: "If a proxy opens TLS in your network, give its certificate authority to the workers in NODE_EXTRA_CA_CERTS.",
  },
  VAULT_THROTTLED: {
    scope: "secret",
    retry: "transient",
    message: "Key Vault is throttling this vault.",
    hint: "Nothing to do: it is tried again by itself, more slowly. If it happens often, look for what else writes to this vault.",
  },
  VAULT_UNAVAILABLE: {
    scope: "secret",
    retry: "transient",
    message: "Key Vault answered with an error of its own ({status}).",
    hint: "Nothing to do: it is tried again by itself. If it stays, look at Azure's status page.",
  },
  VAULT_TIMEOUT: {
    scope: "secret",
    retry: "transient",
    message: "Key Vault didn't answer within {seconds} s.",
    hint: "Nothing to do: it is tried again by itself.",
  },
  VAULT_NAME_REFUSED: {
    scope: "secret",
    retry: "permanent",
    message: "Key Vault refused the name “{vaultName}”.",
    hint: "Rename the secret.",
  },
  VAULT_VALUE_REFUSED: {
    scope: "secret",
    retry: "permanent",
    message: "Key Vault refused the value of “{vaultName}” because of its length.",
    hint: "Key Vault holds up to 25,600 characters. Shorten or split the value.",
  },
  VAULT_REQUEST_REFUSED: {
    scope: "secret",
    retry: "permanent",
    message: "Key Vault refused the request for “{vaultName}”: {detail}.",
    hint: "Change the secret, or look the request id up in the vault's diagnostic log.",
  },
  VAULT_SECRET_DELETED: {
    scope: "secret",
    retry: "transient",
    message:
      "“{vaultName}” is deleted but recoverable, and its name can't be used again until it is recovered or purged.",
    hint: "Nothing to do: the sync recovers what a sync made and writes it again at the next try.",
  },
  VAULT_NAME_HELD_BY_DELETED: {
    scope: "secret",
    retry: "permanent",
    message: "A deleted secret “{vaultName}” that this sync may not recover still holds the name.",
    hint: "Purge it in the vault's “Manage deleted secrets”, or recover it there, enable it if it is disabled, and set the sync to adopt existing secrets; then run the sync.",
  },
  VAULT_RECOVERY_DENIED: {
    scope: "secret",
    retry: "grace",
    message: "“{vaultName}” is deleted but recoverable, and the app registration may not recover it.",
    hint: "Give it a role with the data action secrets/recover, such as “Key Vault Secrets Officer”, or purge the deleted secret; then run the sync.",
  },
  VAULT_SECRET_BEING_DELETED: {
    scope: "secret",
    retry: "transient",
    message: "“{vaultName}” is being deleted in the vault.",
    hint: "Nothing to do: it is written as soon as the deletion is done.",
  },
  VAULT_SECRET_BEING_RECOVERED: {
    scope: "secret",
    retry: "transient",
    message: "“{vaultName}” is being recovered in the vault.",
    hint: "Nothing to do: it is written as soon as the recovery is done.",
  },
  VAULT_SECRET_GONE: {
    scope: "secret",
    retry: "transient",
    message: "“{vaultName}” vanished from the vault during the run.",
    hint: "Nothing to do: it is written anew at the next try.",
  },
  VAULT_UNEXPECTED: {
    scope: "secret",
    retry: "transient",
    message: "Key Vault gave an answer that this version doesn't know ({detail}).",
    hint: "It is tried again by itself. If it stays, report it with the request id.",
  },
  VAULT_CHALLENGE: {
    scope: "sync",
    retry: "permanent",
    message: "{host} doesn't identify itself as a Key Vault of this cloud.",
    hint: "Check the Key Vault URL and AZURE_CLOUD. No token was sent.",
  },
} as const satisfies Record<string, FailureDefinition>;
