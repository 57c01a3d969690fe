import { deny } from "./errors.ts";

const NEWEST_STABLE = "2026-04-01";

/** The versions of the data plane (source: the Key Vault REST specification). All behave alike here. */
const KNOWN = new Set([
  "2016-10-01",
  "7.0",
  "7.1",
  "7.2",
  "7.3",
  "7.4",
  "7.5",
  "7.6-preview.2",
  "7.6",
  "2025-06-01-preview",
  "2025-07-01",
  "2026-01-01-preview",
  "2026-03-01-preview",
  NEWEST_STABLE,
  "2026-05-01-preview",
  "2026-07-01-preview",
]);

/** @throws {VaultError} when `api-version` is missing or unknown */
export function checkApiVersion(query: URLSearchParams): void {
  const version = query.get("api-version");
  if (version === null || version === "") throw deny.badParameter("api-version must be specified");
  if (KNOWN.has(version)) return;
  throw deny.badParameter(
    `The specified version (${version}) is not recognized. Consider using the latest supported version (${NEWEST_STABLE}).`,
  );
}
