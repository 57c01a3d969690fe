import { describe, expect, test } from "@jest/globals";
import { explainFailure, retryClass, type FailureCode, type RetryClass } from "@kvsync/contracts";
import { entraFailure, knownAadstsCodes } from "./entra-failure.ts";

const request = {
  issuer: "https://issuer.example",
  subject: "enkryptify:sync:azure-key-vault:1",
  audience: "api://AzureADTokenExchange",
  tenantId: "t",
  clientId: "c",
  authorityHost: "https://login.microsoftonline.com",
};

/** As the identity SDK wraps Entra's answer. */
function refused(aadsts: string, status: number, error = "invalid_client", text = "…"): Error {
  const description = `AADSTS${aadsts}: ${text} Trace ID: t Correlation ID: corr Timestamp: 2025-07-01 10:11:12Z`;
  const cause = Object.assign(new Error(`${error}: ${aadsts} - [2025-07-01 10:11:12Z]: ${description}`), {
    errorCode: error,
    errorNo: aadsts,
    status,
    correlationId: "corr",
  });
  return Object.assign(new Error("AuthenticationRequiredError", { cause }), {
    name: "AuthenticationRequiredError",
  });
}

/**
 * Each row of Microsoft's reference that can answer a token request: code, status, `error`, the beginning of its text,
 * then what it must mean. “Grace” ones may only mean that Azure hasn't propagated a setting yet.
 */
const answers: ReadonlyArray<readonly [string, number, string, string, FailureCode, RetryClass]> = [
  [
    "70021",
    400,
    "invalid_request",
    "No matching federated identity record found",
    "ENTRA_NO_CREDENTIAL",
    "grace",
  ],
  ["700211", 401, "invalid_client", "… presented assertion issuer 'x'.", "ENTRA_ISSUER_MISMATCH", "grace"],
  [
    "700212",
    401,
    "invalid_client",
    "… presented assertion audience 'x'.",
    "ENTRA_AUDIENCE_MISMATCH",
    "grace",
  ],
  ["700213", 401, "invalid_client", "… presented assertion subject 'x'.", "ENTRA_SUBJECT_MISMATCH", "grace"],
  [
    "7002138",
    401,
    "invalid_client",
    "… not with case-sensitive comparison",
    "ENTRA_SUBJECT_CASE",
    "permanent",
  ],
  [
    "7002131",
    400,
    "invalid_client",
    "flexible expression mismatch",
    "ENTRA_EXPRESSION_CREDENTIAL",
    "permanent",
  ],
  ["7002137", 401, "invalid_client", "subject hint", "ENTRA_SUBJECT_MISMATCH", "grace"],
  [
    "7002241",
    400,
    "invalid_client",
    "Issuer 'x' may not use credentials matching via expression",
    "ENTRA_EXPRESSION_CREDENTIAL",
    "permanent",
  ],
  [
    "70025",
    401,
    "invalid_client",
    "no configured federated identity credentials",
    "ENTRA_NO_CREDENTIAL",
    "grace",
  ],
  [
    "7000226",
    401,
    "invalid_client",
    "No federated identity credential policy found",
    "ENTRA_NO_CREDENTIAL",
    "grace",
  ],
  ["700024", 401, "invalid_client", "not within its valid time range", "ENTRA_ASSERTION_TIME", "transient"],
  [
    "7000272",
    401,
    "invalid_client",
    "The certificate with identifier 'k' … could not be found",
    "ENTRA_KEY_UNKNOWN",
    "transient",
  ],
  [
    "5002727",
    400,
    "invalid_request",
    "Invalid JWT header type specified.",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "501661",
    400,
    "invalid_request",
    "Request to External OIDC endpoint failed.",
    "ENTRA_ISSUER_UNREACHABLE",
    "transient",
  ],
  [
    "90061",
    400,
    "invalid_request",
    "Request to External OIDC endpoint failed.",
    "ENTRA_ISSUER_UNREACHABLE",
    "transient",
  ],
  [
    "50166",
    400,
    "invalid_request",
    "Request to External OIDC endpoint failed.",
    "ENTRA_ISSUER_UNREACHABLE",
    "transient",
  ],
  [
    "900612",
    400,
    "invalid_request",
    "Failed to parse provider signing keys.",
    "ENTRA_KEYS_MALFORMED",
    "transient",
  ],
  ["50027", 400, "invalid_request", "InvalidJwtToken", "ENTRA_ASSERTION_REFUSED", "permanent"],
  [
    "50013",
    400,
    "invalid_grant",
    "Assertion failed signature validation.",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700027",
    401,
    "invalid_client",
    "Client assertion failed signature validation.",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700030",
    401,
    "invalid_client",
    "Invalid certificate - subject name",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700222",
    400,
    "invalid_client",
    "AAD-issued tokens may not be used",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700226",
    401,
    "invalid_client",
    "AAD-issued tokens may not be used",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700227",
    401,
    "invalid_client",
    "AAD-issued tokens may not be used",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700229",
    401,
    "invalid_client",
    "AAD-issued tokens may not be used",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700236",
    401,
    "invalid_client",
    "AAD-issued tokens may not be used",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "700016",
    400,
    "unauthorized_client",
    "Application with identifier 'x' was not found",
    "ENTRA_APPLICATION_NOT_FOUND",
    "grace",
  ],
  [
    "7000112",
    400,
    "unauthorized_client",
    "Application 'x' is disabled.",
    "ENTRA_APPLICATION_DISABLED",
    "permanent",
  ],
  ["90002", 400, "invalid_request", "Tenant 'x' not found.", "ENTRA_TENANT_NOT_FOUND", "permanent"],
  [
    "900023",
    400,
    "invalid_request",
    "Specified tenant identifier 'x' is neither …",
    "ENTRA_TENANT_NOT_FOUND",
    "permanent",
  ],
  [
    "500011",
    400,
    "invalid_resource",
    "resource principal named x not found",
    "ENTRA_RESOURCE_NOT_FOUND",
    "permanent",
  ],
  ["70011", 400, "invalid_scope", "scope not valid", "ENTRA_RESOURCE_NOT_FOUND", "permanent"],
  ["700022", 400, "invalid_scope", "several resources", "ENTRA_RESOURCE_NOT_FOUND", "permanent"],
  ["700023", 400, "invalid_scope", "must end in /.default", "ENTRA_RESOURCE_NOT_FOUND", "permanent"],
  [
    "900144",
    400,
    "invalid_request",
    "must contain the following parameter: 'scope'.",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  [
    "7000218",
    401,
    "invalid_client",
    "'client_assertion' or 'client_secret'.",
    "ENTRA_ASSERTION_REFUSED",
    "permanent",
  ],
  ["700025", 401, "invalid_client", "Client is public …", "ENTRA_PUBLIC_CLIENT", "permanent"],
  // No client secret and no user is ever sent, so these have no sentence of their own.
  ["7000215", 401, "invalid_client", "Invalid client secret provided.", "ENTRA_REFUSED", "permanent"],
  [
    "7000222",
    401,
    "invalid_client",
    "The provided client secret keys are expired.",
    "ENTRA_REFUSED",
    "permanent",
  ],
  ["50034", 400, "invalid_grant", "The user account does not exist.", "ENTRA_REFUSED", "permanent"],
  ["53003", 400, "access_denied", "blocked by Conditional Access", "ENTRA_CONDITIONAL_ACCESS", "permanent"],
  ["50049", 400, "invalid_request", "unknown or invalid instance", "ENTRA_TENANT_NOT_FOUND", "permanent"],
  [
    "90033",
    503,
    "temporarily_unavailable",
    "A transient error has occurred.",
    "ENTRA_UNAVAILABLE",
    "transient",
  ],
  ["90006", 500, "server_error", "ExternalServerRetryableError", "ENTRA_UNAVAILABLE", "transient"],
  ["90012", 400, "invalid_request", "RequestTimeout", "ENTRA_UNAVAILABLE", "transient"],
  ["90024", 400, "invalid_request", "RequestBudgetExceededError", "ENTRA_UNAVAILABLE", "transient"],
  ["90055", 400, "invalid_request", "TenantThrottlingError", "ENTRA_UNAVAILABLE", "transient"],
  ["50196", 400, "invalid_grant", "LoopDetected", "ENTRA_UNAVAILABLE", "transient"],
];

describe("what Entra's answers mean", () => {
  test.each(answers)("AADSTS%s", (aadsts, status, error, text, code, retry) => {
    const failure = entraFailure(refused(aadsts, status, error, text), request);
    expect(failure).toMatchObject({ code, requestId: "corr" });
    expect(retryClass(failure.code)).toBe(retry);
    const { message, hint } = explainFailure(failure.code, failure.fields);
    // “?” stands where a field is missing.
    expect(`${message} ${hint}`).not.toMatch(/[{}?]|undefined/);
  });

  test("every code of the table is tried here", () => {
    const tried = new Set(answers.map(([aadsts]) => aadsts));
    expect(knownAadstsCodes.filter((aadsts) => !tried.has(aadsts))).toEqual([]);
  });

  test.each([429, 500, 502, 503, 504, 408])("HTTP %d without a code passes by itself", (status) => {
    const error = Object.assign(new Error("x"), { errorCode: "server_error", status });
    const failure = entraFailure(error, request);
    expect([failure.code, retryClass(failure.code)]).toEqual(["ENTRA_UNAVAILABLE", "transient"]);
  });

  test("a code that nobody knows has a default, by the status", () => {
    expect(entraFailure(refused("123456", 401), request).code).toBe("ENTRA_REFUSED");
    expect(entraFailure(refused("123456", 503), request).code).toBe("ENTRA_UNAVAILABLE");
  });

  test("the code is found in the message alone", () => {
    expect(entraFailure(new Error("… AADSTS700213: No matching …"), request).code).toBe(
      "ENTRA_SUBJECT_MISMATCH",
    );
  });

  test("a network error isn't a refusal", () => {
    const error = new Error("request failed", {
      cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
    });
    expect(entraFailure(error, request)).toMatchObject({
      code: "ENTRA_UNREACHABLE",
      fields: { detail: "ECONNREFUSED" },
    });
  });
});
