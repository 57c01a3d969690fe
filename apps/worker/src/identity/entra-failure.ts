import type { Failure, FailureCode } from "@kvsync/contracts";

/** What is known of a token request, for the sentences of its failures. */
export type TokenRequest = Readonly<{
  issuer: string;
  subject: string;
  audience: string;
  tenantId: string;
  clientId: string;
  authorityHost: string;
}>;

/**
 * Entra's AADSTS codes. Microsoft reserves the right to change texts and codes, so an unknown code has a default
 * ({@link entraFailure}). Source: Microsoft's reference of Entra error codes, and answers recorded in public.
 */
const byAadsts: Readonly<Record<string, FailureCode>> = {
  "70021": "ENTRA_NO_CREDENTIAL",
  "70025": "ENTRA_NO_CREDENTIAL",
  "7000226": "ENTRA_NO_CREDENTIAL",
  "700211": "ENTRA_ISSUER_MISMATCH",
  "700212": "ENTRA_AUDIENCE_MISMATCH",
  "700213": "ENTRA_SUBJECT_MISMATCH",
  "7002137": "ENTRA_SUBJECT_MISMATCH",
  "7002138": "ENTRA_SUBJECT_CASE",
  "7002131": "ENTRA_EXPRESSION_CREDENTIAL",
  "7002241": "ENTRA_EXPRESSION_CREDENTIAL",
  "700024": "ENTRA_ASSERTION_TIME",
  "7000272": "ENTRA_KEY_UNKNOWN",
  "501661": "ENTRA_ISSUER_UNREACHABLE",
  "90061": "ENTRA_ISSUER_UNREACHABLE",
  "50166": "ENTRA_ISSUER_UNREACHABLE",
  "900612": "ENTRA_KEYS_MALFORMED",
  "5002727": "ENTRA_ASSERTION_REFUSED",
  "50027": "ENTRA_ASSERTION_REFUSED",
  "50013": "ENTRA_ASSERTION_REFUSED",
  "700027": "ENTRA_ASSERTION_REFUSED",
  "700030": "ENTRA_ASSERTION_REFUSED",
  "700222": "ENTRA_ASSERTION_REFUSED",
  "700226": "ENTRA_ASSERTION_REFUSED",
  "700227": "ENTRA_ASSERTION_REFUSED",
  "700229": "ENTRA_ASSERTION_REFUSED",
  "700236": "ENTRA_ASSERTION_REFUSED",
  "900144": "ENTRA_ASSERTION_REFUSED",
  "7000218": "ENTRA_ASSERTION_REFUSED",
  "700016": "ENTRA_APPLICATION_NOT_FOUND",
  "7000112": "ENTRA_APPLICATION_DISABLED",
  "90002": "ENTRA_TENANT_NOT_FOUND",
  "900023": "ENTRA_TENANT_NOT_FOUND",
  "50049": "ENTRA_TENANT_NOT_FOUND",
  "500011": "ENTRA_RESOURCE_NOT_FOUND",
  "70011": "ENTRA_RESOURCE_NOT_FOUND",
  "700022": "ENTRA_RESOURCE_NOT_FOUND",
  "700023": "ENTRA_RESOURCE_NOT_FOUND",
  "53003": "ENTRA_CONDITIONAL_ACCESS",
  "700025": "ENTRA_PUBLIC_CLIENT",
  "90033": "ENTRA_UNAVAILABLE",
  "90006": "ENTRA_UNAVAILABLE",
  "90012": "ENTRA_UNAVAILABLE",
  "90024": "ENTRA_UNAVAILABLE",
  "90055": "ENTRA_UNAVAILABLE",
  "50196": "ENTRA_UNAVAILABLE",
};

/** The AADSTS codes of the table, for the documentation and its test. */
export const knownAadstsCodes: readonly string[] = Object.keys(byAadsts);

/**
 * Turns what the Azure identity SDK throws into a failure. The SDK wraps Entra's answer (`errorNo`, `status`,
 * `correlationId`) in an AuthenticationRequiredError; a network error has a `code` instead.
 */
export function entraFailure(error: unknown, request: TokenRequest): Failure {
  const chain = causesOf(error);
  const aadsts = chain.map(aadstsOf).find((code) => code !== undefined);
  const status = chain
    .map((link) => numberOf(link, "status", "statusCode"))
    .find((value) => value !== undefined);
  const network = chain.map(networkCodeOf).find((code) => code !== undefined);
  const requestId = chain
    .map((link) => stringOf(link, "correlationId"))
    .find((id) => id !== undefined && id !== "");
  const host = new URL(request.authorityHost).host;
  const fields = {
    issuer: request.issuer,
    subject: request.subject,
    audience: request.audience,
    tenantId: request.tenantId,
    clientId: request.clientId,
    host,
  };
  const withId = requestId === undefined ? {} : { requestId };

  if (aadsts !== undefined) {
    const code = byAadsts[aadsts] ?? (isTransientStatus(status) ? "ENTRA_UNAVAILABLE" : "ENTRA_REFUSED");
    return { code, fields: { ...fields, aadsts, detail: `AADSTS${aadsts}` }, ...withId };
  }
  if (isTransientStatus(status))
    return { code: "ENTRA_UNAVAILABLE", fields: { ...fields, detail: `HTTP ${status}` }, ...withId };
  if (network !== undefined) return { code: "ENTRA_UNREACHABLE", fields: { ...fields, detail: network } };
  if (chain.some((link) => /network|timed? ?out|socket|endpoints_resolution|ECONN/i.test(messageOf(link))))
    return { code: "ENTRA_UNREACHABLE", fields: { ...fields, detail: "network error" } };
  const detail =
    chain.map((link) => stringOf(link, "errorCode")).find((code) => code !== undefined) ?? "no code";
  return { code: "ENTRA_REFUSED", fields: { ...fields, detail }, ...withId };
}

const isTransientStatus = (status: number | undefined): boolean =>
  status !== undefined && (status === 408 || status === 429 || status >= 500);

function causesOf(error: unknown): object[] {
  const chain: object[] = [];
  for (let link = error; typeof link === "object" && link !== null && chain.length < 6;) {
    chain.push(link);
    link = (link as { cause?: unknown }).cause;
  }
  return chain;
}

const messageOf = (link: object): string => stringOf(link, "message") ?? "";

function aadstsOf(link: object): string | undefined {
  const number = stringOf(link, "errorNo");
  if (number !== undefined && /^\d+$/.test(number)) return number;
  return /AADSTS(\d+)/.exec(messageOf(link))?.[1];
}

const NETWORK_CODES =
  /^(E[A-Z_]+|UND_ERR_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/;

function networkCodeOf(link: object): string | undefined {
  const code = stringOf(link, "code");
  return code !== undefined && NETWORK_CODES.test(code) ? code : undefined;
}

function stringOf(link: object, key: string): string | undefined {
  const value: unknown = Reflect.get(link, key);
  return typeof value === "string" ? value : undefined;
}

function numberOf(link: object, ...keys: string[]): number | undefined {
  return keys.map((key): unknown => Reflect.get(link, key)).find((value) => typeof value === "number");
}
