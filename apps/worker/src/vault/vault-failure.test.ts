import { describe, expect, test } from "@jest/globals";
import { explainFailure, retryClass, type FailureCode, type RetryClass } from "@kvsync/contracts";
import { vaultFailure } from "./vault-failure.ts";

const call = { action: "write secrets", host: "v.vault.azure.net", vaultName: "key", timeoutMs: 30_000 };

/** An error as the Key Vault SDK throws it. */
function answer(
  status: number,
  code: string,
  message: string,
  inner?: string,
  headers: Record<string, string> = {},
): Error {
  const innerError = inner === undefined ? {} : { innerError: { code: inner } };
  return Object.assign(new Error(message), {
    name: "RestError",
    statusCode: status,
    code,
    details: { error: { code, message, ...innerError } },
    response: { headers: new Map(Object.entries(headers)) },
  });
}

const network = (code: string): Error =>
  Object.assign(new Error("request failed"), { name: "RestError", code });

/**
 * Each row of Key Vault's catalogue of errors: status, code, inner code, text, then what it must mean. “Grace” ones may
 * only mean that Azure hasn't propagated a setting yet.
 */
const answers: ReadonlyArray<readonly [number, string, string | undefined, string, FailureCode, RetryClass]> =
  [
    [
      400,
      "BadParameter",
      undefined,
      "The request URI contains an invalid name: x",
      "VAULT_NAME_REFUSED",
      "permanent",
    ],
    [
      400,
      "BadParameter",
      "SecretTooLarge",
      "Secret is beyond the maximum permitted length of 25600 characters.",
      "VAULT_VALUE_REFUSED",
      "permanent",
    ],
    [400, "BadParameter", undefined, "Property  has invalid value\r\n", "VAULT_REQUEST_REFUSED", "permanent"],
    [
      400,
      "Malformed backup blob",
      undefined,
      "Backup blob is corrupt.",
      "VAULT_REQUEST_REFUSED",
      "permanent",
    ],
    [
      400,
      "NotSupported",
      undefined,
      'Operation "purge" is not enabled for this vault.',
      "VAULT_REQUEST_REFUSED",
      "permanent",
    ],
    [
      401,
      "Unauthorized",
      undefined,
      "AKV10000: Request is missing a Bearer or PoP token.",
      "VAULT_TOKEN_REJECTED",
      "transient",
    ],
    [
      401,
      "Unauthorized",
      undefined,
      "AKV10022: Invalid audience. Expected https://vault.azure.net, found: x",
      "VAULT_TOKEN_REJECTED",
      "transient",
    ],
    [
      401,
      "Unauthorized",
      undefined,
      "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/t/",
      "VAULT_OTHER_TENANT",
      "permanent",
    ],
    [
      401,
      "Unauthorized",
      undefined,
      "[TokenExpired] Error validating token: 'S2S12086'.",
      "VAULT_TOKEN_REJECTED",
      "transient",
    ],
    [
      401,
      "Unauthorized",
      undefined,
      "Error validating token: IDX10501: Signature validation failed.",
      "VAULT_TOKEN_REJECTED",
      "transient",
    ],
    [
      403,
      "Forbidden",
      "ForbiddenByRbac",
      "Caller is not authorized to perform action on resource.\r\nIf role assignments …",
      "VAULT_ROLE_MISSING",
      "grace",
    ],
    [
      403,
      "Forbidden",
      "ForbiddenByPolicy",
      "The user, group or application 'appid=…' does not have secrets set permission on key vault 'v;location=westus'.",
      "VAULT_ACCESS_POLICY_MISSING",
      "grace",
    ],
    [
      403,
      "Forbidden",
      "AccessDenied",
      "The user, group or application 'appid=…' does not have secrets set permission on key vault 'v;location=westus'.",
      "VAULT_ACCESS_POLICY_MISSING",
      "grace",
    ],
    [
      403,
      "Forbidden",
      "ForbiddenByFirewall",
      "Client address is not authorized and caller is not a trusted service.",
      "VAULT_FIREWALL",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      "ForbiddenByConnection",
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
      "VAULT_PRIVATE",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      "ForbiddenByConnection",
      "Connection is not an approved private link and caller was ignored",
      "VAULT_PRIVATE",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      "SecretDisabled",
      "Operation get is not allowed on a disabled secret.",
      "VAULT_SECRET_DISABLED",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      "SecretManagedByKeyVault",
      'Operation "set" is not allowed as this object\'s lifetime is managed by Key Vault.',
      "VAULT_SECRET_MANAGED",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      undefined,
      'Operation "delete" is not allowed on this secret, since it is associated with a certificate.',
      "VAULT_SECRET_MANAGED",
      "permanent",
    ],
    [
      403,
      "Forbidden",
      undefined,
      'Operation "purge" is not allowed because purge protection is enabled for this vault.',
      "VAULT_FORBIDDEN",
      "permanent",
    ],
    [403, "Forbidden", undefined, "something new", "VAULT_FORBIDDEN", "permanent"],
    [
      404,
      "SecretNotFound",
      undefined,
      "A secret with (name/id) key was not found in this key vault.",
      "VAULT_SECRET_GONE",
      "transient",
    ],
    [404, "SecretNotFound", undefined, "Deleted Secret not found: key", "VAULT_SECRET_GONE", "transient"],
    [404, "VaultNotFound", undefined, "There is no vault 'x' in local Azure.", "VAULT_NOT_FOUND", "grace"],
    [405, "MethodNotAllowed", undefined, "HTTP PUT not allowed", "VAULT_NAME_REFUSED", "permanent"],
    [
      409,
      "Conflict",
      "ObjectIsDeletedButRecoverable",
      "Secret key is currently in a deleted but recoverable state",
      "VAULT_SECRET_DELETED",
      "transient",
    ],
    [
      409,
      "Conflict",
      "ObjectIsBeingDeleted",
      "Secret key is currently being deleted and cannot be re-created; retry later.",
      "VAULT_SECRET_BEING_DELETED",
      "transient",
    ],
    [409, "Conflict", "ObjectIsBeingRecovered", "…", "VAULT_SECRET_BEING_RECOVERED", "transient"],
    [409, "Conflict", undefined, "something new", "VAULT_UNEXPECTED", "transient"],
    [
      429,
      "Throttled",
      undefined,
      "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      "VAULT_THROTTLED",
      "transient",
    ],
    [408, "RequestTimeout", undefined, "…", "VAULT_TIMEOUT", "transient"],
    [500, "InternalError", undefined, "…", "VAULT_UNAVAILABLE", "transient"],
    [503, "ServiceUnavailable", undefined, "…", "VAULT_UNAVAILABLE", "transient"],
    [418, "Teapot", undefined, "…", "VAULT_UNEXPECTED", "transient"],
  ];

const troubles: ReadonlyArray<readonly [string, Error, FailureCode, RetryClass]> = [
  ["a name that doesn't resolve", network("ENOTFOUND"), "VAULT_NOT_FOUND", "grace"],
  ["a refused connection", network("ECONNREFUSED"), "VAULT_UNREACHABLE", "transient"],
  ["a name server out of order", network("EAI_AGAIN"), "VAULT_UNREACHABLE", "transient"],
  ["a strange certificate", network("SELF_SIGNED_CERT_IN_CHAIN"), "VAULT_CERTIFICATE", "permanent"],
  ["a connection that times out", network("ETIMEDOUT"), "VAULT_TIMEOUT", "transient"],
  [
    "no answer in time",
    Object.assign(new Error("aborted"), { name: "AbortError" }),
    "VAULT_TIMEOUT",
    "transient",
  ],
  [
    "a stranger's challenge",
    new Error("The challenge resource 'https://x' does not match the requested domain."),
    "VAULT_CHALLENGE",
    "permanent",
  ],
  [
    "another tenant's challenge",
    new Error("… not configured to acquire tokens for tenant …"),
    "VAULT_OTHER_TENANT",
    "permanent",
  ],
];

function check(error: Error, code: FailureCode, retry: RetryClass): void {
  const failure = vaultFailure(error, call);
  expect(failure.code).toBe(code);
  expect(retryClass(failure.code)).toBe(retry);
  const { message, hint } = explainFailure(failure.code, failure.fields);
  // “?” stands where a field is missing.
  expect(`${message} ${hint}`).not.toMatch(/[{}?]|undefined/);
}

describe("what Key Vault's answers mean", () => {
  test.each(answers)("%d %s / %s: %s", (status, code, inner, message, failure, retry) =>
    check(answer(status, code, message, inner), failure, retry),
  );

  test.each(troubles)("%s", (_, error, failure, retry) => check(error, failure, retry));

  test("the inner code is found in its other spelling too", () => {
    const error = Object.assign(new Error("…"), {
      statusCode: 403,
      details: { error: { code: "Forbidden", innererror: { code: "ForbiddenByRbac" } } },
    });
    expect(vaultFailure(error, call).code).toBe("VAULT_ROLE_MISSING");
  });

  test("the vault's request id and its wish to wait are kept", () => {
    const error = answer(429, "Throttled", "…", undefined, { "x-ms-request-id": "r1", "retry-after": "7" });
    expect(vaultFailure(error, call)).toMatchObject({ requestId: "r1", retryAfterMs: 7_000 });
  });

  test("the vault's own message, which names addresses and identities, goes into no failure", () => {
    const error = answer(
      403,
      "Forbidden",
      "Client address: 203.0.113.9 Caller: appid=abc",
      "ForbiddenByFirewall",
    );
    expect(JSON.stringify(vaultFailure(error, call))).not.toContain("203.0.113.9");
  });
});
