/** Failure codes as headings of groups; a single failure has its own sentence. */
const WORDS: Readonly<Record<string, string>> = {
  NAME_UNSUPPORTED: "Key Vault doesn’t take the name",
  NAME_TOO_LONG: "The name is too long",
  NAME_COLLISION: "Several secrets have one name in the vault",
  VALUE_TOO_LARGE: "The value is too large",
  VALUE_UNREADABLE: "The value can’t be decrypted",
  VAULT_SECRET_EXISTS: "The vault had such a secret before",
  VAULT_SECRET_OWNED: "Belongs to another sync",
  VAULT_SECRET_LEFT: "Left behind by a disconnected sync",
  VAULT_SECRET_DISABLED: "Disabled in the vault",
  VAULT_SECRET_MANAGED: "Belongs to a certificate",
  VAULT_SECRET_CHANGED: "Somebody changed it in the vault",
  VAULT_SECRET_MISSING: "Somebody deleted it in the vault",
  VAULT_SECRET_TAGS: "Too many tags in the vault",
  VAULT_NAME_HELD_BY_DELETED: "A deleted secret holds the name",
  VAULT_THROTTLED: "The vault is throttled",
  REMOVAL_AWAITS_APPROVAL: "The removal waits for approval",
};

export function codeWords(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return WORDS[code] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
