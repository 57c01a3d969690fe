import { createHash, randomBytes } from "node:crypto";

const PREFIX = "ek_live_";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 44 characters of 62: 261 bits. */
const LENGTH = 44;

/** A new token. Its plaintext is shown once; only {@link hashToken} of it is stored. */
export function createToken(): string {
  let token = "";
  while (token.length < LENGTH)
    for (const byte of randomBytes(64))
      // Bytes from 248 on would make some letters likelier than others.
      if (byte < 248 && token.length < LENGTH) token += ALPHABET[byte % 62];
  return PREFIX + token;
}

export function isToken(text: string): boolean {
  return text.startsWith(PREFIX) && text.length === PREFIX.length + LENGTH;
}

/** SHA-256. A slow hash is for passwords: a token has 261 random bits. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}

/** The token's beginning, by which a person tells tokens apart. */
export function visiblePrefix(token: string): string {
  return token.slice(0, PREFIX.length + 4);
}
