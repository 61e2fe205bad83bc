import { webcrypto } from 'node:crypto';
import 'reflect-metadata'; // x509 does not load without
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralName,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const hourMs = 3_600_000;

export interface Certificate {
  readonly subject: string;
  readonly keys: webcrypto.CryptoKeyPair;
  /** PEM */
  readonly cert: string;
  /** PEM */
  readonly key: string;
}

/** A certificate for an hour: an authority's own without `issuer`, else one that the issuer signs for these alternative names. */
export async function issueCertificate(
  name: string,
  issuer: Certificate | null = null,
  alternatives: JsonGeneralName[] = [],
): Promise<Certificate> {
  const subject = `CN=${name}`;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer?.subject ?? subject,
      publicKey: keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - hourMs),
      notAfter: new Date(Date.now() + hourMs),
      extensions: [
        new BasicConstraintsExtension(issuer === null),
        new SubjectAlternativeNameExtension(alternatives),
      ],
    },
    webcrypto,
  );
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { subject, keys, cert: certificate.toString('pem'), key };
}
