import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Knobs } from "../knobs/knobs.ts";
import { refusal } from "./errors.ts";
import { FetchFailed } from "./fetch-json.ts";

/** Of an issuer's keys only so many are kept (source: Microsoft's “Considerations for federated credentials”). */
const MAX_KEYS = 100;

/** An issuer's RSA signing keys by `kid`. */
export type SigningKeys = ReadonlyMap<string, KeyObject>;

/** @throws {FetchFailed} */
export type FetchDocument = (url: string) => Promise<unknown>;

const filled = z.string().min(1);
const discoverySchema = z.looseObject({
  issuer: filled,
  jwks_uri: filled,
  response_types_supported: z.array(filled).min(1),
  subject_types_supported: z.array(filled).min(1),
  id_token_signing_alg_values_supported: z.array(filled).min(1),
});

const jwksSchema = z.looseObject({
  keys: z.array(z.looseObject({ kty: filled, kid: filled.optional(), use: z.string().optional() })).min(1),
});

/**
 * The keys of issuers, fetched from them and cached as long as the knob `issuerKeys.ttlMs` says. A `kid` that the
 * cache lacks leads to a new fetch when the cached document is older than `issuerKeys.unknownKidRefetchMs`.
 * Failures aren't cached. Requests for the same issuer share one fetch.
 */
export class IssuerKeys {
  readonly #clock: Clock;
  readonly #knobs: Knobs;
  readonly #fetch: FetchDocument;
  readonly #cache = new Map<string, Readonly<{ keys: SigningKeys; fetchedAt: number }>>();
  readonly #underway = new Map<string, Promise<SigningKeys>>();

  constructor(clock: Clock, knobs: Knobs, fetch: FetchDocument) {
    this.#clock = clock;
    this.#knobs = knobs;
    this.#fetch = fetch;
  }

  /** @throws {EntraError} 501661 when the issuer can't be read, 900612 when its keys can't be used */
  async of(issuer: string, kid: string | undefined): Promise<SigningKeys> {
    const cached = this.#cache.get(issuer);
    if (cached !== undefined) {
      const age = this.#clock.now() - cached.fetchedAt;
      const { ttlMs, unknownKidRefetchMs } = this.#knobs.values.issuerKeys;
      const knowsKid = kid === undefined || cached.keys.has(kid);
      if (age < ttlMs && (knowsKid || age < unknownKidRefetchMs)) return cached.keys;
    }
    let fetching = this.#underway.get(issuer);
    if (fetching === undefined) {
      fetching = this.#refresh(issuer).finally(() => this.#underway.delete(issuer));
      this.#underway.set(issuer, fetching);
    }
    return fetching;
  }

  async #refresh(issuer: string): Promise<SigningKeys> {
    const fetchedAt = this.#clock.now();
    const keys = await fetchSigningKeys(issuer, this.#fetch);
    this.#cache.set(issuer, { keys, fetchedAt });
    return keys;
  }
}

/** Reads discovery document and key set of an issuer. */
async function fetchSigningKeys(issuer: string, fetch: FetchDocument): Promise<SigningKeys> {
  try {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const discovery = await fetch(address);
    if (hasEmptyField(discovery)) throw refusal.issuerUnreachable();
    const document = discoverySchema.safeParse(discovery);
    if (!document.success || document.data.issuer !== issuer) throw refusal.issuerUnreachable();
    return parseKeys(await fetch(document.data.jwks_uri));
  } catch (error) {
    if (error instanceof FetchFailed) throw Object.assign(refusal.issuerUnreachable(), { cause: error });
    throw error;
  }
}

/** One empty string or array anywhere at the top makes Entra give the whole document up (source: answers of Entra reported for such documents). */
function hasEmptyField(document: unknown): boolean {
  if (typeof document !== "object" || document === null) return true;
  return Object.values(document).some(
    (value) => value === "" || (Array.isArray(value) && value.length === 0),
  );
}

/**
 * The RSA signing keys of a key set, the first hundred. Keys of other kinds and uses are passed over.
 *
 * @throws {EntraError} 900612 when it is no key set or one of the RSA keys is broken
 */
export function parseKeys(document: unknown): SigningKeys {
  const parsed = jwksSchema.safeParse(document);
  if (!parsed.success) throw refusal.keysUnparsable();
  const keys = new Map<string, KeyObject>();
  for (const jwk of parsed.data.keys.slice(0, MAX_KEYS)) {
    if (jwk.kty !== "RSA" || jwk.kid === undefined || (jwk.use !== undefined && jwk.use !== "sig")) continue;
    try {
      keys.set(jwk.kid, createPublicKey({ key: jwk, format: "jwk" }));
    } catch (error) {
      throw Object.assign(refusal.keysUnparsable(), { cause: error });
    }
  }
  return keys;
}
