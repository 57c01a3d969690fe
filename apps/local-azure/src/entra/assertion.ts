import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from "jose";
import { z } from "zod";
import type { FederatedCredential } from "../directory/model.ts";
import { refusal } from "./errors.ts";
import type { SigningKeys } from "./issuer-keys.ts";

/** Entra's tolerance of clocks. Not documented; what Microsoft's own token libraries default to. */
const SKEW_SECONDS = 300;
const ALLOWED_TYPES = new Set(["JWT", "http://openid.net/specs/jwt/1.0"]);

/** What an assertion says, before anything of it is believed. */
export type Assertion = Readonly<{
  token: string;
  kid: string | undefined;
  alg: string;
  issuer: string;
  subject: string;
  audience: string;
  /** Seconds since 1970; 0 where the assertion doesn't say. */
  notBefore: number;
  expires: number;
}>;

const claimsSchema = z.looseObject({
  iss: z.string().min(1),
  sub: z.string().min(1),
  aud: z.union([z.string().min(1), z.tuple([z.string().min(1)]).transform(([only]) => only)]),
  exp: z.number().min(0).max(8.64e12),
  nbf: z.number().min(0).max(8.64e12).optional(),
});

/** @throws {EntraError} when it is no JWT, lacks a claim or has a wrong `typ` */
export function parseAssertion(token: string): Assertion {
  const { header, payload } = decoded(token);
  if (typeof header.typ !== "string" || !ALLOWED_TYPES.has(header.typ)) {
    throw refusal.assertionType();
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    const names = claims.error.issues.map((issue) => `'${issue.path.join(".")}'`);
    throw refusal.assertionMalformed(`Missing or malformed claims: ${[...new Set(names)].join(", ")}.`);
  }
  return {
    token,
    kid: header.kid,
    alg: header.alg ?? "",
    issuer: claims.data.iss,
    subject: claims.data.sub,
    audience: claims.data.aud,
    notBefore: claims.data.nbf ?? 0,
    expires: claims.data.exp,
  };
}

function decoded(token: string): {
  header: ReturnType<typeof decodeProtectedHeader>;
  payload: ReturnType<typeof decodeJwt>;
} {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof errors.JOSEError)) throw error;
    throw refusal.assertionMalformed("The token is not a JWS in compact serialization.");
  }
}

/**
 * Finds the federated credential that trusts the assertion: exact issuer, then subject, then audience.
 *
 * @throws {EntraError} saying which of the three matched none
 */
export function matchCredential(
  credentials: readonly FederatedCredential[],
  { issuer, subject, audience }: Pick<Assertion, "issuer" | "subject" | "audience">,
): FederatedCredential {
  const ofIssuer = credentials.filter((credential) => credential.issuer === issuer);
  if (ofIssuer.length === 0) throw refusal.issuerUnmatched(issuer);
  const ofSubject = ofIssuer.filter((credential) => credential.subject === subject);
  if (ofSubject.length === 0) {
    const sameLetters = ofIssuer.some(
      (credential) => credential.subject.toLowerCase() === subject.toLowerCase(),
    );
    throw sameLetters ? refusal.subjectDiffersInCase(subject) : refusal.subjectUnmatched(subject);
  }
  const match = ofSubject.find((credential) => credential.audiences.includes(audience));
  if (match === undefined) throw refusal.audienceUnmatched(audience);
  return match;
}

/** @throws {EntraError} when the assertion isn't valid yet or no longer, five minutes of skew allowed */
export function checkTimes({ notBefore, expires }: Assertion, nowMs: number): void {
  const now = nowMs / 1000;
  if (now + SKEW_SECONDS >= notBefore && now - SKEW_SECONDS < expires) return;
  throw refusal.outsideValidity(new Date(nowMs), new Date(notBefore * 1000), new Date(expires * 1000));
}

/** @throws {EntraError} when the issuer doesn't publish the key, or it didn't sign this */
export async function checkSignature(assertion: Assertion, keys: SigningKeys): Promise<void> {
  if (assertion.alg !== "RS256") {
    throw refusal.assertionMalformed(`The signature algorithm '${assertion.alg}' is not RS256.`);
  }
  const key = assertion.kid === undefined ? undefined : keys.get(assertion.kid);
  if (key === undefined) throw refusal.keyNotFound(assertion.kid ?? "", assertion.issuer);
  try {
    await compactVerify(assertion.token, key, { algorithms: ["RS256"] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw refusal.assertionMalformed("External ID token from issuer failed signature verification.");
  }
}
