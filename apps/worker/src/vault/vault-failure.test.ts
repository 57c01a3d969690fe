import { describe, expect, test } from "@jest/globals";
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

describe("what Key Vault's answers mean", () => {
  test.each([
    [answer(400, "BadParameter", "The request URI contains an invalid name: x"), "VAULT_NAME_REFUSED"],
    [answer(400, "BadParameter", "too long", "SecretTooLarge"), "VAULT_VALUE_REFUSED"],
    [answer(400, "BadParameter", "Property  has invalid value\r\n"), "VAULT_REQUEST_REFUSED"],
    [answer(401, "Unauthorized", "AKV10032: Invalid issuer. Expected one of …"), "VAULT_OTHER_TENANT"],
    [answer(401, "Unauthorized", "AKV10022: Invalid audience."), "VAULT_TOKEN_REJECTED"],
    [answer(403, "Forbidden", "Caller is not authorized", "ForbiddenByRbac"), "VAULT_ROLE_MISSING"],
    [
      answer(
        403,
        "Forbidden",
        "The user, group or application 'appid=…' does not have secrets set permission on key vault",
        "ForbiddenByPolicy",
      ),
      "VAULT_ACCESS_POLICY_MISSING",
    ],
    [
      answer(403, "Forbidden", "does not have secrets set permission", "AccessDenied"),
      "VAULT_ACCESS_POLICY_MISSING",
    ],
    [answer(403, "Forbidden", "Client address is not authorized", "ForbiddenByFirewall"), "VAULT_FIREWALL"],
    [answer(403, "Forbidden", "Public network access is disabled", "ForbiddenByConnection"), "VAULT_PRIVATE"],
    [
      answer(403, "Forbidden", "Operation set is not allowed on a disabled secret.", "SecretDisabled"),
      "VAULT_SECRET_DISABLED",
    ],
    [
      answer(403, "Forbidden", "lifetime is managed by Key Vault", "SecretManagedByKeyVault"),
      "VAULT_SECRET_MANAGED",
    ],
    [answer(403, "Forbidden", "something new"), "VAULT_FORBIDDEN"],
    [answer(404, "SecretNotFound", "not found"), "VAULT_SECRET_GONE"],
    [answer(409, "Conflict", "…", "ObjectIsDeletedButRecoverable"), "VAULT_SECRET_DELETED"],
    [answer(409, "Conflict", "…", "ObjectIsBeingDeleted"), "VAULT_SECRET_BEING_DELETED"],
    [answer(409, "Conflict", "…", "ObjectIsBeingRecovered"), "VAULT_SECRET_BEING_RECOVERED"],
    [answer(429, "Throttled", "too many requests"), "VAULT_THROTTLED"],
    [answer(503, "ServiceUnavailable", "…"), "VAULT_UNAVAILABLE"],
    [answer(418, "Teapot", "…"), "VAULT_UNEXPECTED"],
    [network("ENOTFOUND"), "VAULT_NOT_FOUND"],
    [network("ECONNREFUSED"), "VAULT_UNREACHABLE"],
    [network("EAI_AGAIN"), "VAULT_UNREACHABLE"],
    [network("SELF_SIGNED_CERT_IN_CHAIN"), "VAULT_CERTIFICATE"],
    [Object.assign(new Error("aborted"), { name: "AbortError" }), "VAULT_TIMEOUT"],
    [new Error("The challenge resource 'https://x' does not match the requested domain."), "VAULT_CHALLENGE"],
    [new Error("… not configured to acquire tokens for tenant …"), "VAULT_OTHER_TENANT"],
  ])("%s is %s", (error, code) => {
    expect(vaultFailure(error, call).code).toBe(code);
  });

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
