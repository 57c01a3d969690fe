import { randomUUID } from "node:crypto";
import type { Answer } from "../http/exchange.ts";

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const FEDERATION_DOCS = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";
const NO_MATCH = "No matching federated identity record found for presented assertion";
const CHECK = `Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${FEDERATION_DOCS}`;

/** What Entra refuses a request with. */
export class EntraError extends Error {
  override readonly name = "EntraError";
  /** The number behind AADSTS. */
  readonly code: number;
  readonly status: number;
  /** OAuth's error word. */
  readonly error: string;
  /** Whether Entra has a page about the code, which `error_uri` then names. */
  readonly hasPage: boolean;

  constructor(code: number, status: number, error: string, message: string, hasPage = true) {
    super(message);
    this.code = code;
    this.status = status;
    this.error = error;
    this.hasPage = hasPage;
  }
}

/** Entra's refusals with their statuses and texts (source: Microsoft's reference of Entra error codes, and recorded answers). */
export const refusal = {
  tenantNotFound: (tenant: string, error = "invalid_request"): EntraError =>
    new EntraError(
      90002,
      400,
      error,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    ),
  tenantMalformed: (tenant: string): EntraError =>
    new EntraError(
      900023,
      400,
      "invalid_request",
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
    ),
  onlyPost: (method: string): EntraError =>
    new EntraError(
      900561,
      400,
      "invalid_request",
      `The endpoint only accepts POST, OPTIONS requests. Received a ${method} request.`,
    ),
  parameterMissing: (name: string): EntraError =>
    new EntraError(
      900144,
      400,
      "invalid_request",
      `The request body must contain the following parameter: '${name}'.`,
    ),
  parameterDuplicated: (name: string): EntraError =>
    new EntraError(
      9000411,
      400,
      "invalid_request",
      `The request is not properly formatted. The parameter '${name}' is duplicated.`,
    ),
  grantUnsupported: (grant: string): EntraError =>
    new EntraError(
      70003,
      400,
      "unsupported_grant_type",
      `The app requested an unsupported grant type '${grant}'.`,
    ),
  scopeInvalid: (scope: string): EntraError =>
    new EntraError(
      70011,
      400,
      "invalid_scope",
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    ),
  scopeOfSeveralResources: (scope: string): EntraError =>
    new EntraError(
      700022,
      400,
      "invalid_scope",
      `The provided value for the input parameter 'scope' is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
    ),
  scopeWithoutResource: (scope: string): EntraError =>
    new EntraError(
      700023,
      400,
      "invalid_scope",
      `Client credential API requests must have a scope that names a resource and ends in '/.default'. Scope ${scope} is not valid.`,
    ),
  resourceNotFound: (resource: string, tenant: string): EntraError =>
    new EntraError(
      500011,
      400,
      "invalid_resource",
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    ),
  applicationNotFound: (appId: string, directory: string): EntraError =>
    new EntraError(
      700016,
      400,
      "unauthorized_client",
      `Application with identifier '${appId}' was not found in the directory '${directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    ),
  applicationDisabled: (appId: string, name: string): EntraError =>
    new EntraError(7000112, 401, "invalid_client", `Application '${appId}'(${name}) is disabled.`),
  publicClient: (): EntraError =>
    new EntraError(
      700025,
      401,
      "invalid_client",
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
  credentialMissing: (): EntraError =>
    new EntraError(
      7000218,
      401,
      "invalid_client",
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
  secretInvalid: (appId: string): EntraError =>
    new EntraError(
      7000215,
      401,
      "invalid_client",
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
    ),
  assertionMalformed: (reason: string): EntraError =>
    new EntraError(50027, 401, "invalid_client", `JWT token is invalid or malformed. ${reason}`),
  assertionType: (): EntraError =>
    new EntraError(
      5002727,
      400,
      "invalid_request",
      "Invalid JWT header type specified. Allowed types: 'JWT','http://openid.net/specs/jwt/1.0'.",
      false,
    ),
  assertionOfCertificate: (): EntraError =>
    new EntraError(
      700027,
      401,
      "invalid_client",
      "Client assertion failed signature validation. [Reason - The key was not found.]",
    ),
  assertionOfEntra: (): EntraError =>
    new EntraError(
      700222,
      401,
      "invalid_client",
      "AAD-issued tokens may not be used for federated identity flows.",
    ),
  noFederatedCredentials: (appId: string): EntraError =>
    new EntraError(
      70025,
      401,
      "invalid_client",
      `The client '${appId}' has no configured federated identity credentials.`,
    ),
  issuerUnmatched: (issuer: string): EntraError =>
    new EntraError(700211, 401, "invalid_client", `${NO_MATCH} issuer '${issuer}'. ${CHECK}`),
  audienceUnmatched: (audience: string): EntraError =>
    new EntraError(700212, 401, "invalid_client", `${NO_MATCH} audience '${audience}'. ${CHECK}`),
  subjectUnmatched: (subject: string): EntraError =>
    new EntraError(700213, 401, "invalid_client", `${NO_MATCH} subject '${subject}'. ${CHECK}`),
  subjectDiffersInCase: (subject: string): EntraError =>
    new EntraError(
      7002138,
      401,
      "invalid_client",
      `${NO_MATCH} subject '${subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ${CHECK}`,
    ),
  outsideValidity: (now: Date, from: Date, until: Date): EntraError =>
    new EntraError(
      700024,
      401,
      "invalid_client",
      `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion valid from ${from.toISOString()}, expiry time of assertion ${until.toISOString()}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
    ),
  keyNotFound: (kid: string, issuer: string): EntraError =>
    new EntraError(
      7000272,
      401,
      "invalid_client",
      `The certificate with identifier '${kid}' used to sign the federated credential could not be found in the metadata of identity provider '${issuer}'.`,
    ),
  issuerUnreachable: (): EntraError =>
    new EntraError(501661, 400, "invalid_request", "Request to External OIDC endpoint failed."),
  keysUnparsable: (): EntraError =>
    new EntraError(900612, 400, "invalid_request", "Failed to parse provider signing keys.", false),
};

/**
 * An answer with Entra's error body.
 *
 * @param correlationId what the client sent as `client-request-id`; echoed when it is a GUID
 * @param now milliseconds since 1970
 */
export function errorAnswer(failure: EntraError, correlationId: string | undefined, now: number): Answer {
  const traceId = randomUUID();
  const correlation = correlationId !== undefined && GUID.test(correlationId) ? correlationId : randomUUID();
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`;
  const page = failure.hasPage
    ? { error_uri: `https://login.microsoftonline.com/error?code=${String(failure.code)}` }
    : {};
  return {
    status: failure.status,
    code: `AADSTS${String(failure.code)}`,
    body: {
      error: failure.error,
      error_description: `AADSTS${String(failure.code)}: ${failure.message} Trace ID: ${traceId} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [failure.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlation,
      ...page,
    },
  };
}
