import { ManagementError } from "./errors.ts";

const VAULT_ID =
  /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([\w().-]{1,90})\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)$/i;
const SCOPE =
  /^\/subscriptions\/[0-9a-f-]{36}(?:\/resourceGroups\/[\w().-]{1,90}(?:\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)(?:\/secrets\/[0-9a-zA-Z-]{1,127})?)?)?$/i;
const VAULT_NAME = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/;

/**
 * The vault's name in its resource id.
 *
 * @throws {ManagementError} 400 unless it has 3 to 24 letters, digits and single hyphens, begins with a letter and
 * doesn't end in a hyphen
 */
export function vaultNameOf(id: string): string {
  const name = VAULT_ID.exec(id)?.[3];
  if (name !== undefined && VAULT_NAME.test(name)) return name;
  throw new ManagementError(
    400,
    "VaultNameNotValid",
    `The vault name '${name ?? ""}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
  );
}

/** Whether roles can be assigned there: a subscription, a resource group, a vault or one secret. */
export function isScope(text: string): boolean {
  return SCOPE.test(text);
}

/** The vault that a scope lies in, if it is one vault. */
export function vaultOfScope(scope: string): string | undefined {
  return SCOPE.exec(scope)?.[1];
}
