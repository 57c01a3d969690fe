import { randomBytes, webcrypto, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
// tsyringe, which @peculiar/x509 is built with, needs this first.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
} from "@peculiar/x509";

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

const EC = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

/** An X.509 v3 certificate (RFC 5280) as PEM, signed with ecdsa-with-SHA256. */
export async function createCertificate(request: CertificateRequest): Promise<string> {
  const publicKey = request.publicKey.toCryptoKey(EC, true, ["verify"]);
  const certificate = await X509CertificateGenerator.create(
    {
      // Positive, and with the 64 random bits and more that the rules for public authorities ask for.
      serialNumber: `01${randomBytes(15).toString("hex")}`,
      subject: `CN=${request.subject}`,
      issuer: `CN=${request.issuer}`,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      publicKey,
      signingKey: request.issuerPrivateKey.toCryptoKey(EC, false, ["sign"]),
      signingAlgorithm: SIGNING,
      extensions: [
        ...(request.authority ? authorityExtensions() : serverExtensions(request.names)),
        await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(
          request.issuerPublicKey.toCryptoKey(EC, true, ["verify"]),
          false,
          webcrypto,
        ),
      ],
    },
    webcrypto,
  );
  return `${certificate.toString("pem")}\n`;
}

function authorityExtensions(): Extension[] {
  return [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

function serverExtensions(names: readonly string[]): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(
      names.map((name) => ({ type: isIP(name) === 0 ? ("dns" as const) : ("ip" as const), value: name })),
    ),
  ];
}
