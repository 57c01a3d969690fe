import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";

export const AUDIENCE = "api://AzureADTokenExchange";
export const SUBJECT = "enkryptify:sync:azure-key-vault:test";

/** What a test can vary about an assertion; `undefined` leaves a claim or header field out. */
export type AssertionVariation = Readonly<{
  claims?: Readonly<Record<string, unknown>>;
  header?: Readonly<Record<string, unknown>>;
  key?: CryptoKey;
  /** Seconds since 1970 that `nbf`, `iat` and `exp` are made from. */
  now?: number;
}>;

/** A real little OpenID issuer on loopback, whose documents a test can replace. */
export type Issuer = {
  readonly url: string;
  readonly kid: string;
  /** The key set that is served. */
  readonly keys: Record<string, unknown>[];
  /** How often each path was asked for. */
  readonly asked: Map<string, number>;
  /** Answers instead of the issuer, where it is set. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Fields of the discovery document that differ from the good one. */
  discovery: Record<string, unknown>;
  /** Publishes a further key and signs with it from now on. */
  rotate: (kid: string) => Promise<void>;
  assertion: (variation?: AssertionVariation) => Promise<string>;
  stop: () => Promise<void>;
};

/** @param path what the issuer's URL ends in, for example `/` */
export async function startIssuer(path = ""): Promise<Issuer> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const where = request.url ?? "";
    asked.set(where, (asked.get(where) ?? 0) + 1);
    if (issuer.intercept?.(request, response) === true) return;
    const document = where === "/.well-known/jwks" ? { keys: issuer.keys } : discovery(issuer);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  let current = await newKey("key-1");
  const issuer: Issuer = {
    url: `http://127.0.0.1:${String(port)}${path}`,
    kid: "key-1",
    keys: [current.jwk],
    asked,
    intercept: undefined,
    discovery: {},
    rotate: async (kid) => {
      current = await newKey(kid);
      issuer.keys.push(current.jwk);
    },
    assertion: (variation = {}) => sign(issuer.url, current, variation),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
  return issuer;
}

type Key = Readonly<{ jwk: Record<string, unknown>; privateKey: CryptoKey; kid: string }>;

async function newKey(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" }, privateKey, kid };
}

function discovery(issuer: Issuer): Record<string, unknown> {
  return {
    issuer: issuer.url,
    jwks_uri: `${issuer.url.replace(/\/$/, "")}/.well-known/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    ...issuer.discovery,
  };
}

function sign(issuer: string, key: Key, variation: AssertionVariation): Promise<string> {
  const now = variation.now ?? Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: SUBJECT,
    aud: AUDIENCE,
    iat: now,
    nbf: now - 60,
    exp: now + 600,
    jti: crypto.randomUUID(),
    ...variation.claims,
  };
  const header = { alg: "RS256", typ: "JWT", kid: key.kid, ...variation.header };
  return new SignJWT(claims).setProtectedHeader(header).sign(variation.key ?? key.privateKey);
}
