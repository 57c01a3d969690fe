import { z } from "zod";

/** The connection's subject in the assertion and in the federated credential. */
export function subjectOf(syncId: string): string {
  return `enkryptify:sync:azure-key-vault:${syncId}`;
}

/** The name that is suggested for the federated credential. */
export const SUGGESTED_CREDENTIAL_NAME = "enkryptify-key-vault-sync";

const HEX_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any UUID, in lower case afterwards. */
export const idSchema = z
  .string()
  .regex(HEX_ID, "must be a UUID, like 00000000-0000-0000-0000-000000000000")
  .transform((id) => id.toLowerCase());

/** A tenant or client id. Entra also takes a domain as tenant; only the GUID is accepted here, as it never changes. */
export const guidSchema = z
  .string()
  .trim()
  .regex(HEX_ID, "must be a GUID, like 00000000-0000-0000-0000-000000000000")
  .transform((id) => id.toLowerCase());

/** A workspace's or project's slug: 2 to 48 lower-case letters, digits and hyphens. */
export const slugSchema = z
  .string()
  .regex(/^[a-z0-9-]{2,48}$/, "must be 2 to 48 lower-case letters, digits or hyphens");

/** A secret's name at the source: 1 to 255 letters, digits, `_`, `-` and `.` */
export const secretNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,255}$/, "must be 1 to 255 letters, digits, underscores, hyphens or dots");

/** A sync's prefix: empty, or letters, digits and hyphens; short enough to leave room for a name (127 in all). */
export const prefixSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{0,126}$/, "must hold only letters, digits and hyphens, 126 at the most");

/** How a secret's name becomes a Key Vault name. */
export const namePolicySchema = z.enum(["strict", "hyphenate", "dotnet"]);
export type NamePolicy = z.infer<typeof namePolicySchema>;

/** What a sync does with a vault secret that was there before: nothing, take it over, or take it over at the next look. */
export const existingPolicySchema = z.enum(["fail", "adopt", "adopt-once"]);
export type ExistingPolicy = z.infer<typeof existingPolicySchema>;

/** The longest value that Key Vault holds. Its error speaks of characters; counted here in UTF-16 code units. */
export const MAX_VALUE_LENGTH = 25_600;

/**
 * The issuer's address: https, or http on the loopback address for a local Azure; an origin, perhaps with a path; no
 * slash at the end, no query. It is used byte for byte in the discovery document, in `iss` and in what users copy.
 */
export const issuerUrlSchema = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    if (url === null || url.search !== "" || url.hash !== "" || url.username !== "" || text.endsWith("/"))
      return false;
    if (/[?#\s]/.test(text) || !text.startsWith(url.origin)) return false;
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  },
  { error: "must be like https://secrets.example.com: https, no slash at the end (http only on localhost)" },
);

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
