import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  taggedBytes,
  utcTime,
  utf8String,
  yes,
} from './der.ts';

/** What the server proves its identity with, each as PEM. */
export interface ServerCertificate {
  /** The authority's certificate, which clients trust. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The names under which the API can be reached: from this machine, and by pods. */
const hosts = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
const loopback = Buffer.from([127, 0, 0, 1]);

const validForDays = 365;
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const commonName = objectIdentifier('2.5.4.3');
const serverAuth = objectIdentifier('1.3.6.1.5.5.7.3.1');

/** Makes an authority, and a certificate by it. The authority's key is forgotten, so it signs nothing else. */
export function createServerCertificate(): ServerCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'embedded-cluster-ca', ...authority };
  const ca = createCertificate(issuer, issuer.name, authority.publicKey, [
    extension('2.5.29.19', sequence(yes), 'critical'),
    extension('2.5.29.15', bitString(Buffer.from([0b0000_0110]), 1), 'critical'),
    extension('2.5.29.14', octetString(keyIdentifier(authority.publicKey))),
  ]);
  const certificate = createCertificate(issuer, 'kube-apiserver', server.publicKey, [
    extension('2.5.29.15', bitString(Buffer.from([0b1000_0000]), 7), 'critical'),
    extension('2.5.29.37', sequence(serverAuth)),
    extension('2.5.29.35', sequence(taggedBytes(0, keyIdentifier(authority.publicKey)))),
    extension(
      '2.5.29.17',
      sequence(...hosts.map((host) => taggedBytes(2, Buffer.from(host))), taggedBytes(7, loopback)),
    ),
  ]);
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca, certificate, key };
}

interface Issuer {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** A certificate of X.509 version 3, as PEM (RFC 5280). */
function createCertificate(
  issuer: Issuer,
  subject: string,
  publicKey: KeyObject,
  extensions: Buffer[],
): string {
  const now = Date.now();
  const version3 = tagged(0, integer(Buffer.from([2])));
  const body = sequence(
    version3,
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    sequence(utcTime(new Date(now - 60_000)), utcTime(new Date(now + validForDays * 86_400_000))),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  return toPem(sequence(body, ecdsaWithSha256, bitString(signature)));
}

const distinguishedName = (name: string) => sequence(set(sequence(commonName, utf8String(name))));

const extension = (id: string, value: Buffer, critical?: 'critical') =>
  sequence(objectIdentifier(id), ...(critical ? [yes] : []), octetString(value));

const keyIdentifier = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
