import { createHash } from "node:crypto";
import { ApiError } from "@kvsync/contracts";
import type { SecretOutlineRow } from "@kvsync/store";

/**
 * The strong ETag of a secret, as one person sees it: its version, and a digest of when their own values last changed.
 * It is made of no value, and another member's personal value doesn't change it.
 */
export function etagOf({ version, personal }: Pick<SecretOutlineRow, "version" | "personal">): string {
  if (personal.length === 0) return `"${version}"`;
  const times = personal.map(({ environmentId, updatedAt }) => `${environmentId} ${updatedAt.toISOString()}`);
  return `"${version}-${digest(times.toSorted())}"`;
}

/** The strong ETag of a list of secrets. */
export function listEtagOf(
  secrets: ReadonlyArray<Pick<SecretOutlineRow, "id" | "version" | "personal" | "values">>,
): string {
  const parts = secrets.flatMap((secret) => [
    `${secret.id} ${etagOf(secret)}`,
    ...secret.values.map(({ environmentId }) => environmentId).toSorted(),
  ]);
  return `"${digest(parts)}"`;
}

const digest = (parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 22);

/**
 * Checks what a change is bound to: nothing without `If-Match`, anything there with `*`, else one of the ETags named.
 * A weak ETag fits nothing.
 *
 * @throws {ApiError} 412 `SECRET_CHANGED`
 */
export function requireMatch(ifMatch: string | undefined, etag: string, name: string): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  if (ifMatch.split(",").some((given) => given.trim() === etag)) return;
  throw new ApiError(
    412,
    "SECRET_CHANGED",
    `${name} was changed by somebody else since you read it, and nothing was done. Read it again, and repeat your change on what stands there now.`,
  );
}
