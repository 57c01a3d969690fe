import {
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type CryptoKey,
} from "jose";
import type { KeyEncryptionKey } from "./key-encryption-key.ts";

/** The public half of a signing key, in the members that Entra reads. */
export type PublicSigningKey = Readonly<{
  kty: "RSA";
  use: "sig";
  alg: "RS256";
  kid: string;
  n: string;
  e: string;
}>;

/** A signing key as it is stored: its private half only wrapped. */
export type StoredSigningKey = Readonly<{
  kid: string;
  publicJwk: PublicSigningKey;
  wrappedPrivateKey: Uint8Array<ArrayBuffer>;
  keyEncryptionKeyId: string;
}>;

const wrapContext = (kid: string): string => `signing-key:${kid}`;

/** Makes an RSA key of 2,048 bits for RS256, the algorithm that Entra supports. Its `kid` is the RFC 7638 thumbprint. */
export async function createSigningKey(keyEncryptionKey: KeyEncryptionKey): Promise<StoredSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", {
    modulusLength: 2048,
    extractable: true,
  });
  const { n, e } = await exportJWK(publicKey);
  if (n === undefined || e === undefined) throw new TypeError("an RSA key has no modulus");
  const kid = await calculateJwkThumbprint({ kty: "RSA", n, e });
  const pem = await exportPKCS8(privateKey);
  return {
    kid,
    publicJwk: { kty: "RSA", use: "sig", alg: "RS256", kid, n, e },
    wrappedPrivateKey: await keyEncryptionKey.wrap(Buffer.from(pem), wrapContext(kid)),
    keyEncryptionKeyId: keyEncryptionKey.id,
  };
}

/** The private half, for signing only. @throws {SealError} when it was altered or wrapped by another key */
export async function unwrapSigningKey(
  keyEncryptionKey: KeyEncryptionKey,
  key: Readonly<{ kid: string; wrappedPrivateKey: Uint8Array }>,
): Promise<CryptoKey> {
  const pem = await keyEncryptionKey.unwrap(key.wrappedPrivateKey, wrapContext(key.kid));
  return importPKCS8(Buffer.from(pem).toString(), "RS256");
}
