import { z } from "zod";
import { operations } from "./operation.ts";

const noStore = { "cache-control": z.literal("no-store") };
const cached = { "cache-control": z.string(), etag: z.string() };

/** An issuer's path may be another one. */
const elsewhere = { 404: ["NOT_FOUND"] } as const;

export const systemOperations = operations({
  getLiveness: {
    method: "GET",
    path: "/livez",
    tag: "System",
    summary: "Whether the process answers",
    access: "anyone",
    answers: {
      200: { description: "It does.", body: z.object({ status: z.literal("alive") }), headers: noStore },
    },
  },
  getReadiness: {
    method: "GET",
    path: "/readyz",
    tag: "System",
    summary: "Whether what stands behind it answers, too",
    access: "anyone",
    answers: {
      200: { description: "It does.", body: z.object({ status: z.literal("ready") }), headers: noStore },
      503: {
        description: "Something doesn't.",
        body: z.object({ status: z.literal("not ready"), down: z.array(z.enum(["database", "redis"])) }),
        headers: noStore,
      },
    },
  },
  getIssuerMetadata: {
    method: "GET",
    path: "/.well-known/openid-configuration",
    tag: "System",
    summary: "The issuer's metadata, for Entra",
    access: "anyone",
    answers: {
      200: {
        description: "OpenID Connect discovery. It lies under the issuer's path where that has one.",
        body: z.object({
          issuer: z.string(),
          jwks_uri: z.string(),
          response_types_supported: z.array(z.string()),
          subject_types_supported: z.array(z.string()),
          id_token_signing_alg_values_supported: z.array(z.string()),
        }),
        headers: { "cache-control": z.string() },
      },
    },
    problems: elsewhere,
  },
  getSigningKeys: {
    method: "GET",
    path: "/.well-known/jwks",
    tag: "System",
    summary: "The public keys that assertions are signed with, for Entra",
    access: "anyone",
    answers: {
      200: {
        description: "A JSON Web Key Set.",
        body: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
        headers: { "cache-control": z.string() },
      },
    },
    problems: elsewhere,
  },
  getApiDescription: {
    method: "GET",
    path: "/v1/openapi.json",
    tag: "System",
    summary: "This description, as OpenAPI 3.1",
    access: "anyone",
    answers: {
      200: { description: "The document.", body: z.record(z.string(), z.unknown()), headers: cached },
      304: { description: "It is as the caller has it." },
    },
  },
  getApiPage: {
    method: "GET",
    path: "/v1/docs",
    tag: "System",
    summary: "This description, as a page",
    access: "anyone",
    answers: { 200: { description: "The page.", body: z.string(), contentType: "text/html" } },
  },
});
