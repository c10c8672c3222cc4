import {
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
} from 'node:crypto';

/** A self-signed certificate for one test run, so that the repository holds no key and no certificate expires. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

const sized = (content: Buffer): Buffer => {
  const { length } = content;
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100
    ? Buffer.from([0x81, length])
    : Buffer.from([0x82, length >> 8, length & 0xff]);
};

const der = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), sized(content), content]);
};

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (year: number): Buffer => der(0x17, Buffer.from(`${year % 100}0101000000Z`));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');
const TRUE = der(0x01, Buffer.from([0xff]));

/** A self-signed certificate for this host name (X.509 v3, EC P-256). */
export const selfSigned = (hostname: string): SelfSigned => createAuthority(hostname);

/** A certificate authority. */
export interface Authority extends SelfSigned {
  /**
   * Issues a certificate for a host name, valid for three years. @param untilYear it expires in the first second of
   * this year
   */
  issue(hostname: string, untilYear: number): SelfSigned;
}

export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = (
    subject: string,
    keys: KeyPairKeyObjectResult,
    untilYear: number,
  ): SelfSigned => ({
    cert: pem(certify({ subject, keys, issuer: name, untilYear }, own.privateKey)),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  return {
    ...certificate(name, own, new Date().getUTCFullYear() + 2),
    issue: (hostname, untilYear) =>
      certificate(hostname, generateKeyPairSync('ec', { namedCurve: 'P-256' }), untilYear),
  };
}

interface Claims {
  readonly subject: string;
  readonly keys: KeyPairKeyObjectResult;
  readonly issuer: string;
  readonly untilYear: number;
}

const named = (name: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));

function certify({ subject, keys, issuer, untilYear }: Claims, by: KeyObject): Buffer {
  const altNames = sequence(der(0x82, Buffer.from(subject)));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(TRUE))),
    sequence(SUBJECT_ALT_NAME, der(0x04, altNames)),
  );
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    named(issuer),
    sequence(utcTime(untilYear - 3), utcTime(untilYear)),
    named(subject),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', toBeSigned, by);
  return sequence(toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
}

function pem(content: Buffer): string {
  const lines =
    content
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
