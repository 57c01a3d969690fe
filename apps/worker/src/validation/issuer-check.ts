import { z } from "zod";
import { FailureError } from "../failure-error.ts";

const TIMEOUT_MS = 10_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });
const jwksSchema = z.object({ keys: z.array(z.object({ kid: z.string() })) });

/**
 * Reads the issuer's discovery document and keys as Entra does, and checks that they are this issuer's: a worker whose
 * ISSUER_URL points elsewhere would mint assertions that nobody trusts.
 *
 * @param kid the key that signs now, which must be published
 * @throws {FailureError} `ISSUER_UNREACHABLE` or `ISSUER_MISMATCH`
 */
export async function checkIssuer(issuer: string, kid: string, signal: AbortSignal): Promise<void> {
  const discovery = discoverySchema.safeParse(
    await fetchJson(issuer, `${issuer}/.well-known/openid-configuration`, signal),
  );
  if (!discovery.success) throw mismatch(issuer, "it isn't a discovery document");
  if (discovery.data.issuer !== issuer) throw mismatch(issuer, "its discovery document names another issuer");
  const jwks = jwksSchema.safeParse(await fetchJson(issuer, discovery.data.jwks_uri, signal));
  if (!jwks.success) throw mismatch(issuer, "its keys aren't a JSON Web Key Set");
  if (!jwks.data.keys.some((key) => key.kid === kid))
    throw mismatch(issuer, "its keys lack the one that signs now");
}

async function fetchJson(issuer: string, url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: "error",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw unreachable(issuer, `HTTP ${response.status}`);
    return await response.json();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FailureError) throw error;
    throw unreachable(issuer, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  const code = error.cause instanceof Error ? Reflect.get(error.cause, "code") : undefined;
  if (typeof code === "string") return code;
  return error instanceof SyntaxError ? "not JSON" : error.name;
}

const unreachable = (issuer: string, detail: string): FailureError =>
  new FailureError({ code: "ISSUER_UNREACHABLE", fields: { issuer, detail } });

const mismatch = (issuer: string, detail: string): FailureError =>
  new FailureError({ code: "ISSUER_MISMATCH", fields: { issuer, detail } });
