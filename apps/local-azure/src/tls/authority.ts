import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { createCertificate } from "./certificate.ts";

const AUTHORITY_NAME = "kvsync local Azure CA";
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** What browsers and Apple's platforms accept at most. */
const LEAF_DAYS = 398;
/** A certificate that ends within this time is renewed at start. */
const RENEW_BEFORE_DAYS = 30;

/** A certificate with its private key, both as PEM. */
export type Credentials = Readonly<{ certificate: string; privateKey: string }>;

/** A new certificate authority. */
export async function createAuthority(now: Date): Promise<Credentials> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = await createCertificate({
    subject: AUTHORITY_NAME,
    publicKey,
    issuer: AUTHORITY_NAME,
    issuerPublicKey: publicKey,
    issuerPrivateKey: privateKey,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
    names: [],
    authority: true,
  });
  return { certificate, privateKey: pem(privateKey) };
}

/** A new server certificate for these host names and addresses, signed by the authority. */
export async function createLeaf(
  authority: Credentials,
  names: readonly string[],
  now: Date,
): Promise<Credentials> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const authorityKey = createPrivateKey(authority.privateKey);
  const certificate = await createCertificate({
    subject: "localhost",
    publicKey,
    issuer: AUTHORITY_NAME,
    issuerPublicKey: createPublicKey(authorityKey),
    issuerPrivateKey: authorityKey,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + LEAF_DAYS * DAY_MS),
    names,
    authority: false,
  });
  return { certificate, privateKey: pem(privateKey) };
}

/** Whether an authority can go on being used: key and certificate belong together and it lasts. */
export function authorityLasts(authority: Credentials, now: Date): boolean {
  const certificate = parsed(authority);
  return certificate !== undefined && certificate.ca && lasts(certificate, now);
}

/** Whether a leaf can go on being used: signed by the authority, for all the names, and it lasts. */
export function leafLasts(
  leaf: Credentials,
  authority: Credentials,
  names: readonly string[],
  now: Date,
): boolean {
  const certificate = parsed(leaf);
  return (
    certificate !== undefined &&
    certificate.verify(new X509Certificate(authority.certificate).publicKey) &&
    lasts(certificate, now) &&
    names.every((name) => coveredNames(certificate).has(name))
  );
}

function parsed({ certificate, privateKey }: Credentials): X509Certificate | undefined {
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(createPrivateKey(privateKey)) ? parsed : undefined;
  } catch {
    // A file that was damaged or is no PEM at all: as good as none, it is made anew.
    return undefined;
  }
}

function lasts(certificate: X509Certificate, now: Date): boolean {
  return (
    certificate.validFromDate <= now &&
    certificate.validToDate.getTime() > now.getTime() + RENEW_BEFORE_DAYS * DAY_MS
  );
}

/** Node prints `DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`. */
function coveredNames(certificate: X509Certificate): Set<string> {
  const entries = (certificate.subjectAltName ?? "").split(", ");
  return new Set(
    entries.map((entry) => {
      const name = entry.slice(entry.indexOf(":") + 1);
      return entry.startsWith("IP Address:") ? shortAddress(name) : name;
    }),
  );
}

function shortAddress(address: string): string {
  return address.includes(":") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
