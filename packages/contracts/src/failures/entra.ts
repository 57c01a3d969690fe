import type { FailureDefinition } from "./definition.ts";

const COMPARE =
  "In the app registration's “Certificates & secrets” → “Federated credentials”, compare it character by character with the value shown here.";

/** What Microsoft Entra answers to a token request, by its AADSTS codes, and what can happen on the way to it. */
export const entraFailures = {
  ENTRA_NO_CREDENTIAL: {
    scope: "sync",
    retry: "grace",
    message: "The app registration has no federated credential that matches (AADSTS{aadsts}).",
    hint: "Add a federated credential with the issuer, subject and audience shown here. A new one takes some minutes to act.",
  },
  ENTRA_ISSUER_MISMATCH: {
    scope: "sync",
    retry: "grace",
    message: "No federated credential of the app registration has the issuer {issuer}.",
    hint: `${COMPARE} A slash at the end counts. A new credential takes some minutes to act.`,
  },
  ENTRA_SUBJECT_MISMATCH: {
    scope: "sync",
    retry: "grace",
    message: "No federated credential of the app registration has the subject {subject}.",
    hint: `${COMPARE} A new credential takes some minutes to act.`,
  },
  ENTRA_SUBJECT_CASE: {
    scope: "sync",
    retry: "permanent",
    message: "The federated credential's subject differs from {subject} in upper and lower case.",
    hint: "Delete the federated credential and create it again with the subject copied from here.",
  },
  ENTRA_AUDIENCE_MISMATCH: {
    scope: "sync",
    retry: "grace",
    message: "The federated credential's audience isn't {audience}.",
    hint: `${COMPARE} A changed credential takes some minutes to act.`,
  },
  ENTRA_EXPRESSION_CREDENTIAL: {
    scope: "sync",
    retry: "permanent",
    message:
      "The federated credential matches by expression, which Entra doesn't allow for this issuer (AADSTS{aadsts}).",
    hint: "Create a federated credential of the kind “Other issuer”, with the exact subject.",
  },
  ENTRA_ASSERTION_TIME: {
    scope: "sync",
    retry: "transient",
    message: "Entra found the assertion outside its time of validity.",
    hint: "It is tried again with a new one. If it stays, the worker's clock is wrong: check its time synchronisation.",
  },
  ENTRA_KEY_UNKNOWN: {
    scope: "sync",
    retry: "transient",
    message: "Entra doesn't know the signing key yet: its copy of the issuer's keys is older.",
    hint: "Nothing to do: it is tried again by itself. After an emergency rotation this may take up to an hour.",
  },
  ENTRA_ISSUER_UNREACHABLE: {
    scope: "sync",
    retry: "transient",
    message: "Entra couldn't read the issuer's discovery document or keys at {issuer} (AADSTS{aadsts}).",
    hint: "Open {issuer}/.well-known/openid-configuration from outside your network: it must answer by HTTPS with a public certificate, without sign-in or redirect.",
  },
  ENTRA_KEYS_MALFORMED: {
    scope: "sync",
    retry: "transient",
    message: "Entra couldn't parse the issuer's signing keys.",
    hint: "Check that nothing between Entra and {issuer} alters the answer of /.well-known/jwks.",
  },
  ENTRA_ASSERTION_REFUSED: {
    scope: "sync",
    retry: "permanent",
    message: "Entra refused the assertion itself (AADSTS{aadsts}).",
    hint: "Check that the issuer's address belongs to this installation alone and that Entra sees the same keys as /.well-known/jwks shows.",
  },
  ENTRA_APPLICATION_NOT_FOUND: {
    scope: "sync",
    retry: "grace",
    message: "The tenant {tenantId} has no application {clientId}.",
    hint: "Enter the “Application (client) ID” from the app registration's overview, not its object id, and the “Directory (tenant) ID” beside it.",
  },
  ENTRA_APPLICATION_DISABLED: {
    scope: "sync",
    retry: "permanent",
    message: "The application {clientId} is disabled.",
    hint: "In Entra's “Enterprise applications”, open it and set “Enabled for users to sign-in” to yes.",
  },
  ENTRA_TENANT_NOT_FOUND: {
    scope: "sync",
    retry: "permanent",
    message: "Entra knows no tenant {tenantId} in this cloud.",
    hint: "Enter the “Directory (tenant) ID” from the app registration's overview, and check AZURE_CLOUD.",
  },
  ENTRA_RESOURCE_NOT_FOUND: {
    scope: "sync",
    retry: "permanent",
    message: "Key Vault isn't known as a resource in the tenant {tenantId} (AADSTS{aadsts}).",
    hint: "Check AZURE_CLOUD; the tenant must have a subscription with the Key Vault service.",
  },
  ENTRA_CONDITIONAL_ACCESS: {
    scope: "sync",
    retry: "permanent",
    message: "A Conditional Access policy blocks the application.",
    hint: "Ask the tenant's administrator to exclude this workload identity, or to allow the workers' addresses.",
  },
  ENTRA_PUBLIC_CLIENT: {
    scope: "sync",
    retry: "permanent",
    message: "The app registration is set up as a public client, which may not use a federated credential.",
    hint: "In “Authentication”, set “Allow public client flows” to no, or create an app registration for this sync.",
  },
  ENTRA_UNAVAILABLE: {
    scope: "sync",
    retry: "transient",
    message: "Entra is busy or out of order ({detail}).",
    hint: "Nothing to do: it is tried again by itself.",
  },
  ENTRA_UNREACHABLE: {
    scope: "sync",
    retry: "transient",
    message: "Entra can't be reached at {host} ({detail}).",
    hint: "It is tried again by itself. If it stays, check the workers' way out to the internet.",
  },
  ENTRA_REFUSED: {
    scope: "sync",
    retry: "permanent",
    message: "Entra refused the sign-in ({detail}).",
    hint: "Look the code up in Entra's sign-in log under “Service principal sign-ins”.",
  },
} as const satisfies Record<string, FailureDefinition>;
