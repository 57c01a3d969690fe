import { hkdfSync } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";

/** Seconds, as Enkryptify documents it. */
export const ACCESS_TOKEN_LIFETIME = 900;
const ISSUER = "kvsync";

/** The short-lived JWTs that an API token is exchanged for. They name the token, whose rights are looked up anew. */
export class AccessTokens {
  readonly #key: Uint8Array;

  /** @param secret the sessions' secret, from which a key of its own is derived */
  constructor(secret: string) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret, "", "kvsync access tokens", 32));
  }

  async issue(tokenId: string): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(ISSUER)
      .setSubject(tokenId)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_TOKEN_LIFETIME}s`)
      .sign(this.#key);
  }

  /** The id of the token behind a JWT, or null when it is expired or not ours. */
  async verify(jwt: string): Promise<string | null> {
    try {
      const { payload } = await jwtVerify(jwt, this.#key, { issuer: ISSUER, algorithms: ["HS256"] });
      return payload.sub ?? null;
    } catch {
      return null;
    }
  }
}
