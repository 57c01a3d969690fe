import { checkVaultUrl } from "@kvsync/contracts/vault-url";
import { MAX_VAULT_NAME } from "@kvsync/contracts/vault-names";

/** What one types of a connection. */
export type ConnectionValues = {
  tenantId: string;
  clientId: string;
  vaultUrl: string;
  prefix: string;
};

export type CloudNames = Readonly<{ vaultSuffix: string }>;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const GUID_LENGTH = 36;

/** What can't be right any more, however somebody goes on typing. Null where it still can, or is. */
export function guidTypo(text: string, what: string): string | null {
  const trimmed = text.trim();
  if (trimmed.includes("@") || /\.[a-z]{2,}$/i.test(trimmed))
    return `Enter the ${what} itself, a GUID, and not a domain or an address.`;
  const foreign = /[^0-9a-f-]/i.exec(trimmed.replaceAll(/[{}]/g, ""));
  if (foreign !== null) return `A GUID has digits, a to f and hyphens; “${foreign[0]}” isn’t among them.`;
  if (trimmed.replaceAll(/[{}]/g, "").length > GUID_LENGTH)
    return "This is longer than a GUID. Copy the id alone.";
  return null;
}

/** What is wrong with a finished entry. */
export function guidProblem(text: string, what: string): string | null {
  if (text.trim() === "") return `Enter the ${what}.`;
  return (
    guidTypo(text, what) ??
    (GUID.test(mendGuid(text)) ? null : `Must be a GUID, like 00000000-0000-0000-0000-000000000000.`)
  );
}

/** Without what copying brings along: spaces and braces. */
export const mendGuid = (text: string): string => text.trim().replaceAll(/[{}]/g, "").toLowerCase();

export type MendedUrl = Readonly<{ vaultUrl: string; notice: string | null }>;

/**
 * Makes a Key Vault URL of what one pastes instead: the address of a secret, of the portal, a resource id, a host or
 * just the vault's name. What can't be understood stays as it is.
 */
export function mendVaultUrl(text: string, { vaultSuffix }: CloudNames): MendedUrl {
  const trimmed = text.trim();
  const of = (name: string): string => `https://${name.toLowerCase()}${vaultSuffix}`;
  const resource = /\/providers\/Microsoft\.KeyVault\/vaults\/([^/?#]+)/i.exec(safelyDecoded(trimmed));
  if (resource?.[1] !== undefined)
    return { vaultUrl: of(resource[1]), notice: "Taken from the vault’s resource id." };
  if (/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i.test(trimmed) && !trimmed.includes("--"))
    return { vaultUrl: of(trimmed), notice: "Made of the vault’s name." };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  const isVault = url?.host.endsWith(vaultSuffix) === true && url.username === "" && url.password === "";
  if (!isVault) return { vaultUrl: trimmed, notice: null };
  const vaultUrl = `https://${url.host}`;
  const same = trimmed.replace(/\/$/, "").toLowerCase() === vaultUrl;
  return { vaultUrl, notice: same ? null : "Shortened to the vault’s address." };
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is wrong with a Key Vault URL, in the cloud that the system works with. */
export function vaultUrlProblem(text: string, { vaultSuffix }: CloudNames): string | null {
  if (text.trim() === "") return "Enter the vault’s address.";
  const verdict = checkVaultUrl(mendVaultUrl(text, { vaultSuffix }).vaultUrl, { vaultSuffix });
  if (verdict.ok) return null;
  const [first = "", ...rest] = verdict.problem;
  return `${first.toUpperCase()}${rest.join("")}.`;
}

export function prefixProblem(text: string): string | null {
  const foreign = [...new Set(text.match(/[^A-Za-z0-9-]/g))];
  if (foreign.length > 0)
    return `A prefix has letters, digits and hyphens; ${foreign
      .slice(0, 5)
      .map((character) => (character === " " ? "a space" : `“${character}”`))
      .join(", ")} isn’t allowed.`;
  if (text.length >= MAX_VAULT_NAME)
    return `Leaves no room for a name: prefix and name have ${MAX_VAULT_NAME} characters together.`;
  return null;
}

/** What is wrong with a finished form, by field. */
export function connectionProblems(
  values: ConnectionValues,
  cloud: CloudNames,
): Partial<Record<keyof ConnectionValues, string>> {
  const same =
    values.clientId.trim() !== "" && mendGuid(values.clientId) === mendGuid(values.tenantId)
      ? "This is the tenant ID again. The client ID is the app registration’s own."
      : null;
  const found = {
    tenantId: guidProblem(values.tenantId, "Directory (tenant) ID"),
    clientId: guidProblem(values.clientId, "Application (client) ID") ?? same,
    vaultUrl: vaultUrlProblem(values.vaultUrl, cloud),
    prefix: prefixProblem(values.prefix),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}
