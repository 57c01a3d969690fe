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
  type PublicKeyType,
  type X509CertificateCreateWithKeyParams,
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

type SigningKey = X509CertificateCreateWithKeyParams["signingKey"];

// Beside a browser's types, the package's words for keys are the browser's, which know fewer uses than Node's.
const provider = webcrypto as NonNullable<Parameters<typeof X509CertificateGenerator.create>[1]>;

const EC = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

function verifying(key: KeyObject): PublicKeyType {
  return key.toCryptoKey(EC, true, ["verify"]) as PublicKeyType;
}

function signing(key: KeyObject): SigningKey {
  return key.toCryptoKey(EC, false, ["sign"]) as SigningKey;
}

/** An X.509 v3 certificate (RFC 5280) as PEM, signed with ecdsa-with-SHA256. */
export async function createCertificate(request: CertificateRequest): Promise<string> {
  const publicKey = verifying(request.publicKey);
  const certificate = await X509CertificateGenerator.create(
    {
      // Positive, and with the 64 random bits and more that the rules for public authorities ask for.
      serialNumber: `01${randomBytes(15).toString("hex")}`,
      subject: `CN=${request.subject}`,
      issuer: `CN=${request.issuer}`,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      publicKey,
      signingKey: signing(request.issuerPrivateKey),
      signingAlgorithm: SIGNING,
      extensions: [
        ...(request.authority ? authorityExtensions() : serverExtensions(request.names)),
        await SubjectKeyIdentifierExtension.create(publicKey, false, provider),
        await AuthorityKeyIdentifierExtension.create(verifying(request.issuerPublicKey), false, provider),
      ],
    },
    provider,
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
