import type { KeyObject } from "node:crypto";
import { compactVerify, decodeJwt, errors } from "jose";
import { z } from "zod";
import { stsIssuer } from "../entra/token-signer.ts";
import { deny } from "./errors.ts";
import type { Vault } from "./model.ts";

/** How many tokens' verifications are remembered. */
const MAX_REMEMBERED = 10_000;
/** Key Vault's tolerance of clocks: that of Microsoft's token libraries. */
const SKEW_SECONDS = 300;
/** Key Vault's application id, which is as good a resource and audience as its address. */
export const KEY_VAULT_APP_ID = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093";

/** Whoever an access token speaks for. */
export type Caller = Readonly<{ appid: string; oid: string; iss: string }>;

const claimsSchema = z.looseObject({
  aud: z.string(),
  iss: z.string(),
  appid: z.string(),
  oid: z.string(),
  exp: z.number(),
  nbf: z.number().default(0),
});
type Claims = z.output<typeof claimsSchema>;

/** Checks the access tokens that come to vaults. Signatures are checked once per token. */
export class TokenVerifier {
  readonly #key: KeyObject;
  readonly #kid: string;
  readonly #resource: string;
  readonly #remembered = new Map<string, Claims | "badSignature" | "malformed">();

  /** @param resource the audience that vaults expect and name in their challenge */
  constructor(key: KeyObject, kid: string, resource: string) {
    this.#key = key;
    this.#kid = kid;
    this.#resource = resource;
  }

  /**
   * @param authorization the header as it came
   * @param now milliseconds since 1970
   * @throws {VaultError} 401 with the challenge
   */
  async verify(vault: Vault, authorization: string | undefined, now: number): Promise<Caller> {
    const token = bearerToken(authorization);
    const refuse = (message: string): Error => deny.unauthorized(message, this.challenge(vault));
    if (token === undefined) throw refuse("AKV10000: Request is missing a Bearer or PoP token.");
    const claims = this.#remembered.get(token) ?? (await this.#check(token));
    if (claims === "malformed") {
      throw refuse(
        "Error validating token: IDX12741: JWT must have three segments (JWS) or five segments (JWE).",
      );
    }
    if (claims === "badSignature") {
      throw refuse("Error validating token: IDX10501: Signature validation failed. Unable to match key.");
    }
    if (!this.#isAudience(claims.aud)) {
      throw refuse(`AKV10022: Invalid audience. Expected ${this.#resource}, found: ${claims.aud}.`);
    }
    const issuer = stsIssuer(vault.tenantId);
    if (claims.iss !== issuer) {
      throw refuse(`AKV10032: Invalid issuer. Expected one of ${issuer}, found ${claims.iss}.`);
    }
    if (now / 1000 - SKEW_SECONDS >= claims.exp) {
      throw refuse("[TokenExpired] Error validating token: 'S2S12086'.");
    }
    if (now / 1000 + SKEW_SECONDS < claims.nbf) {
      throw refuse(
        "Error validating token: IDX10222: Lifetime validation failed. The token is not yet valid.",
      );
    }
    return claims;
  }

  /** The header that tells a client where and for what to get a token (source: Microsoft's “Authentication, requests and responses”). */
  challenge(vault: Vault): string {
    return `Bearer authorization="https://login.windows.net/${vault.tenantId}", resource="${this.#resource}"`;
  }

  async #check(token: string): Promise<Claims | "badSignature" | "malformed"> {
    const verdict = await this.#verdict(token);
    if (this.#remembered.size >= MAX_REMEMBERED) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
    this.#remembered.set(token, verdict);
    return verdict;
  }

  async #verdict(token: string): Promise<Claims | "badSignature" | "malformed"> {
    const claims = readClaims(token);
    if (claims === undefined) return "malformed";
    try {
      const { protectedHeader } = await compactVerify(token, this.#key, { algorithms: ["RS256"] });
      return protectedHeader.kid === this.#kid ? claims : "badSignature";
    } catch (error) {
      if (error instanceof errors.JOSEError) return "badSignature";
      throw error;
    }
  }

  #isAudience(audience: string): boolean {
    return [this.#resource, `${this.#resource}/`, KEY_VAULT_APP_ID].includes(audience);
  }
}

/** Whom a token claims to speak for, unchecked: for the text of refusals that come before the check. */
export function claimedCaller(authorization: string | undefined): Caller | undefined {
  const token = bearerToken(authorization);
  return token === undefined ? undefined : readClaims(token);
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([^\s]+)$/i.exec(authorization ?? "")?.[1];
}

function readClaims(token: string): Claims | undefined {
  try {
    return claimsSchema.safeParse(decodeJwt(token)).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
