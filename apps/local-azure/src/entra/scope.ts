import { refusal } from "./errors.ts";

/** OIDC's own scopes, which name no resource. */
const RESOURCELESS = new Set(["openid", "profile", "email", "offline_access"]);
const DEFAULT_SUFFIX = "/.default";

/**
 * The resource that a client credentials request is about: the one scope that ends in `/.default`, without that.
 *
 * @throws {EntraError} 700023 without a resource, 700022 with several, 70011 when it doesn't end in `/.default`
 */
export function requestedResource(scope: string): string {
  const scopes = scope.split(" ").filter((part) => part !== "" && !RESOURCELESS.has(part));
  const [only, ...others] = scopes;
  if (only === undefined) throw refusal.scopeWithoutResource(scope);
  if (others.length > 0) throw refusal.scopeOfSeveralResources(scope);
  if (!only.endsWith(DEFAULT_SUFFIX) || only.length === DEFAULT_SUFFIX.length)
    throw refusal.scopeInvalid(scope);
  return only.slice(0, -DEFAULT_SUFFIX.length);
}
