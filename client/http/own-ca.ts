import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Problem } from '../../contract/validate.js';
import { readRegularFile } from '../read-regular-file.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates of a company, trusted besides the public ones. */
interface OwnCa {
  /** PEM, one or more certificates. */
  readonly pem?: string;
  readonly problem?: Problem;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}

/** Node.js skips unreadable certificates of a list; here they are a problem. */
const isPem = (text: string): boolean => {
  const blocks = text.match(CERTIFICATE) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
};

const BEGIN = '-----BEGIN CERTIFICATE-----, …';
export const PEM_RULE = `must be PEM text with a certificate: ${BEGIN}`;

/** Takes PEM text, or reads a file once. A problem does not quote the text. */
export function readOwnCa({
  ca,
  caFile,
}: {
  readonly ca?: string | undefined;
  readonly caFile?: string | undefined;
}): OwnCa {
  if (caFile === undefined) {
    if (ca === undefined || isPem(ca)) return ca === undefined ? {} : { pem: ca };
    return { problem: { path: ['ca'], message: PEM_RULE } };
  }
  const wrong = (message: string): OwnCa => ({ problem: { path: ['caFile'], message } });
  if (ca !== undefined) return wrong('must not be set beside ca: leave one out');
  try {
    const pem = readRegularFile(caFile);
    return isPem(pem)
      ? { pem }
      : wrong(`must be a file with PEM certificates: ${BEGIN}; ${caFile} is none`);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return wrong(
      `must be a readable file with PEM certificates; ${caFile} cannot be read (${code})`,
    );
  }
}

/** Trusts the public roots of Node.js and these certificates. Create it once: reading all roots takes time. */
export const trustContext = (pem: string): SecureContext =>
  createSecureContext({ ca: [...rootCertificates, pem] });
