import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { SignJWT } from "jose";

/** What an access token for an application says about it. */
export type TokenSubject = Readonly<{
  tenantId: string;
  appId: string;
  principalId: string;
  resource: string;
}>;

/** The key that Entra signs its access tokens with. One key for all tenants, as at Entra. */
export class TokenSigner {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor(jwk: JsonWebKey = newKey()) {
    this.#privateKey = createPrivateKey({ key: jwk, format: "jwk" });
    this.publicKey = createPublicKey(this.#privateKey);
    this.kid = createHash("sha1")
      .update(this.publicKey.export({ type: "spki", format: "der" }))
      .digest("base64url");
  }

  /** The private key, for the encrypted journal only. */
  export(): JsonWebKey {
    return this.#privateKey.export({ format: "jwk" });
  }

  /** As the tenants' key sets publish it. */
  publicJwk(): Record<string, unknown> {
    const { kty, n, e } = this.publicKey.export({ format: "jwk" });
    return { kty, use: "sig", alg: "RS256", kid: this.kid, x5t: this.kid, n, e };
  }

  /**
   * A v1 access token as Key Vault's resource asks for (source: Microsoft's “Client credentials flow”).
   *
   * @param now seconds since 1970
   * @param lifetime seconds
   */
  async sign(subject: TokenSubject, now: number, lifetime: number): Promise<string> {
    const issuer = stsIssuer(subject.tenantId);
    return new SignJWT({
      appid: subject.appId,
      appidacr: "2",
      idp: issuer,
      idtyp: "app",
      oid: subject.principalId,
      tid: subject.tenantId,
      ver: "1.0",
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", x5t: this.kid, kid: this.kid })
      .setAudience(subject.resource)
      .setIssuer(issuer)
      .setSubject(subject.principalId)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + lifetime)
      .setJti(crypto.randomUUID())
      .sign(this.#privateKey);
  }
}

/** The issuer of a tenant's v1 tokens. */
export function stsIssuer(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

function newKey(): JsonWebKey {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
}
