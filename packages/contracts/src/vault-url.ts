import type { Cloud } from "./clouds.ts";

/**
 * A vault's name: 3 to 24 letters, digits and hyphens, a letter first, no hyphen last, no two in a row.
 * Source: Azure's naming rules for Microsoft.KeyVault/vaults.
 */
const VAULT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/;

export type VaultUrlVerdict =
  | { readonly ok: true; readonly vaultUrl: string; readonly vaultName: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Checks a Key Vault URL against the cloud's suffix and the rule for vault names, before anything is sent to it.
 * A slash at the end is dropped and the host is lower-cased; nothing else is tolerated: no path, query, user, other
 * port or other scheme.
 */
export function checkVaultUrl(text: string, cloud: Pick<Cloud, "vaultSuffix">): VaultUrlVerdict {
  const example = `https://my-vault${cloud.vaultSuffix}`;
  const url = URL.parse(text.trim());
  if (url === null) return { ok: false, problem: `must be a URL like ${example}` };
  if (url.protocol !== "https:") return { ok: false, problem: `must begin with https://, like ${example}` };
  if (url.username !== "" || url.password !== "")
    return { ok: false, problem: "must not hold a user or password" };
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || /[?#]/.test(text))
    return { ok: false, problem: `must end after the host, like ${example}` };
  if (!url.host.endsWith(cloud.vaultSuffix))
    return { ok: false, problem: `must be a Key Vault of this cloud, like ${example}` };
  const vaultName = url.host.slice(0, -cloud.vaultSuffix.length);
  if (!VAULT_NAME.test(vaultName))
    return {
      ok: false,
      problem:
        "must name a vault: 3 to 24 letters, digits and single hyphens, with a letter first and no hyphen last",
    };
  return { ok: true, vaultUrl: `https://${url.host}`, vaultName };
}

/**
 * Whether a request may carry this sync's token to `target`: the very vault that the sync names, over HTTPS. Key Vault
 * writes the default port out in its paging links, which is the same origin.
 */
export function isSameVault(target: string, vaultUrl: string): boolean {
  const url = URL.parse(target);
  return (
    url !== null &&
    url.protocol === "https:" &&
    url.username === "" &&
    url.origin === new URL(vaultUrl).origin
  );
}
