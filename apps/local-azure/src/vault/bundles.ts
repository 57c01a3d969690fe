import type { Vault } from "./model.ts";
import type { Secret, SecretVersion } from "./secret.ts";

type Json = Record<string, unknown>;

/** Key Vault's names for what a vault's retention and purge protection make of its secrets (source: the Key Vault REST specification and recorded answers). */
function recoveryLevel(vault: Vault): string {
  const kind = vault.softDeleteRetentionInDays === 90 ? "Recoverable" : "CustomizedRecoverable";
  return vault.enablePurgeProtection ? kind : `${kind}+Purgeable`;
}

function attributes(vault: Vault, version: SecretVersion): Json {
  return {
    enabled: version.enabled,
    ...(version.notBefore === undefined ? {} : { nbf: version.notBefore }),
    ...(version.expires === undefined ? {} : { exp: version.expires }),
    created: version.created,
    updated: version.updated,
    recoveryLevel: recoveryLevel(vault),
    recoverableDays: vault.softDeleteRetentionInDays,
  };
}

/** Everything but the value, in the order in which Key Vault writes it. */
function common(base: string, vault: Vault, secret: Secret, version: SecretVersion, id: string): Json {
  const { managedBy, name } = secret.head;
  return {
    ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
    id: `${base}/secrets/${name}${id}`,
    ...(managedBy === undefined ? {} : { managed: true }),
    attributes: attributes(vault, version),
    ...(version.tags === undefined ? {} : { tags: version.tags }),
  };
}

/** A version without its value, as PATCH and recover answer. */
export function bundle(base: string, vault: Vault, secret: Secret, version: SecretVersion): Json {
  const { managedBy } = secret.head;
  return {
    ...common(base, vault, secret, version, `/${version.id}`),
    ...(managedBy === undefined ? {} : { kid: managedBy }),
  };
}

export function bundleWithValue(base: string, vault: Vault, secret: Secret, version: SecretVersion): Json {
  return { value: version.value, ...bundle(base, vault, secret, version) };
}

/** What the list of secrets says of one: its current version, under an id without version. */
export function listItem(base: string, vault: Vault, secret: Secret): Json {
  return common(base, vault, secret, secret.current, "");
}

export function versionItem(base: string, vault: Vault, secret: Secret, version: SecretVersion): Json {
  return common(base, vault, secret, version, `/${version.id}`);
}

function deletion(base: string, { head }: Secret): Json {
  if (head.phase.phase !== "deleted") return {};
  return {
    recoveryId: `${base}/deletedsecrets/${head.name}`,
    deletedDate: Math.floor(head.phase.deletedAt / 1000),
    scheduledPurgeDate: Math.floor(head.phase.purgeAt / 1000),
  };
}

export function deletedBundle(base: string, vault: Vault, secret: Secret): Json {
  return { ...deletion(base, secret), ...bundle(base, vault, secret, secret.current) };
}

/** Without version in the id, unlike {@link deletedBundle}. */
export function deletedItem(base: string, vault: Vault, secret: Secret): Json {
  return { ...deletion(base, secret), ...listItem(base, vault, secret) };
}
