import { createHash, randomBytes, randomInt } from "node:crypto";

/** RFC 8628's letters: no vowels, so that no word comes out, and none that are taken for one another. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

/** What a person types: eight letters, 34 bits. */
export function createUserCode(): string {
  return Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** As it is shown: `WDJB-MJHT`. */
export const showUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What a device polls with: 256 bits. */
export const createDeviceCode = (): string => randomBytes(32).toString("base64url");

/** SHA-256. A user code has few bits, and is worth nothing after a quarter of an hour. */
export function hashCode(code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(code).digest());
}
