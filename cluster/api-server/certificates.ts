import { webcrypto } from 'node:crypto';
import 'reflect-metadata'; // x509 does not load without
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { kubernetesServiceIP } from './service-addresses.ts';

/** What the server proves its identity with, each as PEM. */
export interface ServerCertificate {
  /** The authority's certificate, which clients trust. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The names and addresses under which the API can be reached: from this machine, and by pods. */
const addresses = ['127.0.0.1', kubernetesServiceIP];
const hosts = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validForMs = 365 * 86_400_000;
// So that a clock that is a little behind accepts it.
const clockSkewMs = 60_000;

/** Makes an authority, and a certificate by it. The authority's key is forgotten, so it signs nothing else. */
export async function createServerCertificate(): Promise<ServerCertificate> {
  const authority = await keyPair();
  const server = await keyPair();
  const ca = await sign('embedded-cluster-ca', authority, authority, [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ]);
  const certificate = await sign('kube-apiserver', server, authority, [
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      ...hosts.map((value) => ({ type: 'dns' as const, value })),
      ...addresses.map((value) => ({ type: 'ip' as const, value })),
    ]),
  ]);
  const key = await webcrypto.subtle.exportKey('pkcs8', server.privateKey);
  return { ca, certificate, key: PemConverter.encode(key, 'PRIVATE KEY') };
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** A certificate by the authority, as PEM. */
async function sign(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  authority: webcrypto.CryptoKeyPair,
  extensions: Extension[],
): Promise<string> {
  const now = Date.now();
  const certificate = await X509CertificateGenerator.create(
    {
      subject: `CN=${name}`,
      issuer: 'CN=embedded-cluster-ca',
      publicKey: keys.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      notBefore: new Date(now - clockSkewMs),
      notAfter: new Date(now + validForMs),
      extensions,
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}
