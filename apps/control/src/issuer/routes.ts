import { listSigningKeys, type Database } from "@kvsync/store";
import { Router } from "express";

/** How long the keys are kept in memory (ms). A new key is published a day before it signs. */
const KEYS_FRESH_MS = 10_000;
/** How long others may keep the documents, in seconds. */
const MAX_AGE = 300;

/**
 * The issuer's metadata, as Entra reads it: the discovery document and the keys of the ring. Public, cacheable, JSON,
 * without redirects or empty members. Sources: OpenID Connect Discovery 1.0; Microsoft's pages on workload identity
 * federation.
 */
export function issuerRoutes(issuer: string, database: Database): Router {
  const router = Router();
  const base = literally(new URL(issuer).pathname.replace(/\/$/, ""));
  const discovery = {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
  let keys: { readonly jwks: Promise<object>; readonly until: number } | undefined;

  async function currentKeys(): Promise<object> {
    if (keys === undefined || Date.now() >= keys.until) {
      // While the database is away the last known keys still do: a new one is published long before it signs.
      const last = keys?.jwks;
      const jwks = last === undefined ? readKeys() : readKeys().catch(() => last);
      keys = { jwks, until: Date.now() + KEYS_FRESH_MS };
      jwks.catch(() => (keys = undefined));
    }
    return keys.jwks;
  }

  async function readKeys(): Promise<object> {
    return { keys: (await listSigningKeys(database)).map(({ publicJwk }) => publicJwk) };
  }

  router.get(`${base}/.well-known/openid-configuration`, (_request, response) => {
    response.set("cache-control", `public, max-age=${MAX_AGE}`).json(discovery);
  });
  router.get(`${base}/.well-known/jwks`, async (_request, response) => {
    response.set("cache-control", `public, max-age=${MAX_AGE}`).json(await currentKeys());
  });
  return router;
}

/** A path for Express that means just these characters: its route syntax takes some of them for its own. */
function literally(path: string): string {
  return path.replaceAll(/[{}()[\]+?!:*\\]/g, String.raw`\$&`);
}
