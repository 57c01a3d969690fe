import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import * as der from "./der.ts";

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
} as const;

export type CertificateRequest = Readonly<{
  subject: string;
  publicKey: KeyObject;
  /** Who signs, with an ECDSA key on P-256; for a self-signed certificate the subject itself. */
  issuer: string;
  issuerPublicKey: KeyObject;
  issuerPrivateKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  /** Host names (`*.` allowed) and IP addresses; empty for an authority. */
  names: readonly string[];
  authority: boolean;
}>;

/** An X.509 v3 certificate (RFC 5280) as PEM, signed with ecdsa-with-SHA256. */
export function createCertificate(request: CertificateRequest): string {
  const algorithm = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256));
  const body = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2])), true),
    der.integer(randomBytes(16)),
    algorithm,
    distinguishedName(request.issuer),
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    distinguishedName(request.subject),
    publicKeyInfo(request.publicKey),
    der.tagged(3, der.sequence(...extensions(request)), true),
  );
  const signature = sign("sha256", body, request.issuerPrivateKey);
  const base64 = der.sequence(body, algorithm, der.bitString(signature)).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function extensions(request: CertificateRequest): Buffer[] {
  const common = [
    extension(OID.subjectKeyIdentifier, false, der.octetString(keyIdentifier(request.publicKey))),
    extension(
      OID.authorityKeyIdentifier,
      false,
      der.sequence(der.tagged(0, keyIdentifier(request.issuerPublicKey))),
    ),
  ];
  if (request.authority) {
    return [
      extension(OID.basicConstraints, true, der.sequence(der.boolean(true), der.integer(Buffer.from([0])))),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(OID.keyUsage, true, der.bitString(Buffer.from([0b0000_0110]), 1)),
      ...common,
    ];
  }
  return [
    extension(OID.basicConstraints, true, der.sequence()),
    // digitalSignature: bit 0.
    extension(OID.keyUsage, true, der.bitString(Buffer.from([0b1000_0000]), 7)),
    extension(OID.extendedKeyUsage, false, der.sequence(der.objectIdentifier(OID.serverAuthentication))),
    extension(OID.subjectAlternativeName, false, der.sequence(...request.names.map(generalName))),
    ...common,
  ];
}

function extension(oid: string, critical: boolean, content: Buffer): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(oid), ...flag, der.octetString(content));
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(
    der.set(der.sequence(der.objectIdentifier(OID.commonName), der.utf8String(commonName))),
  );
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha256").update(publicKeyInfo(key)).digest().subarray(0, 20);
}

function generalName(name: string): Buffer {
  if (isIPv4(name)) return der.tagged(7, Buffer.from(name.split(".").map(Number)));
  if (isIPv6(name)) return der.tagged(7, ipv6Bytes(name));
  return der.tagged(2, Buffer.from(name, "ascii"));
}

/** The 16 bytes of an IPv6 address without an embedded IPv4 one. */
function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const all = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
