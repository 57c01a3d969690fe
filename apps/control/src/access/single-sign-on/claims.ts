import { z } from "zod";

/** What a provider says of who signed in. */
export type Claims = Readonly<{
  subject: string;
  /** In lower case; null where none is told, or the provider doesn't vouch for it. */
  verifiedEmail: string | null;
  name: string | null;
}>;

const schema = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(254).optional().catch(undefined),
  email_verified: z.unknown().optional(),
  /** Entra's word for it: whether the owner of the address' domain was verified. */
  xms_edov: z.unknown().optional(),
  name: z.string().trim().min(1).max(100).optional().catch(undefined),
});

/** Reads the claims of an ID token, and of the answer about the user. @throws for claims without a subject */
export function readClaims(claims: Readonly<Record<string, unknown>>): Claims {
  const { sub, email, email_verified: verified, xms_edov: owned, name } = schema.parse(claims);
  const vouched = verified === true || owned === true || owned === 1 || owned === "1";
  return {
    subject: sub,
    verifiedEmail: vouched && email !== undefined ? email.trim().toLowerCase() : null,
    name: name ?? null,
  };
}

/** Whether an address lies in one of the domains, as they are: a subdomain is another one. */
export function isOfDomain(email: string, domains: readonly string[]): boolean {
  return domains.includes(email.slice(email.lastIndexOf("@") + 1));
}
