import { describe, expect, test } from "@jest/globals";
import { isFailureCode } from "@kvsync/contracts";
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
function refused(aadsts: string, status: number): Error {
  const cause = Object.assign(new Error(`invalid_client: AADSTS${aadsts}: …`), {
    errorCode: "invalid_client",
    errorNo: aadsts,
    status,
    correlationId: "corr",
  });
  return Object.assign(new Error("AuthenticationRequiredError", { cause }), {
    name: "AuthenticationRequiredError",
  });
}

describe("what Entra's answers mean", () => {
  test.each([
    ["700211", "ENTRA_ISSUER_MISMATCH"],
    ["700212", "ENTRA_AUDIENCE_MISMATCH"],
    ["700213", "ENTRA_SUBJECT_MISMATCH"],
    ["7002138", "ENTRA_SUBJECT_CASE"],
    ["70025", "ENTRA_NO_CREDENTIAL"],
    ["700024", "ENTRA_ASSERTION_TIME"],
    ["7000272", "ENTRA_KEY_UNKNOWN"],
    ["501661", "ENTRA_ISSUER_UNREACHABLE"],
    ["900612", "ENTRA_KEYS_MALFORMED"],
    ["700016", "ENTRA_APPLICATION_NOT_FOUND"],
    ["90002", "ENTRA_TENANT_NOT_FOUND"],
    ["53003", "ENTRA_CONDITIONAL_ACCESS"],
  ])("AADSTS%s is %s", (aadsts, code) => {
    expect(entraFailure(refused(aadsts, 401), request)).toMatchObject({ code, requestId: "corr" });
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

  test("every code of the table leads to a failure that exists", () => {
    for (const aadsts of knownAadstsCodes)
      expect(isFailureCode(entraFailure(refused(aadsts, 400), request).code)).toBe(true);
  });
});
