import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates of a company, trusted besides the public ones. */
interface OwnCa {
  /** PEM, one or more certificates. */
  readonly pem?: string;
  readonly problem?: string;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}

/** Node.js skips unreadable certificates of a list; here they are a problem. The text is not quoted. */
const problemOfPem = (name: string, pem: unknown): string | undefined => {
  const blocks = typeof pem === 'string' ? (pem.match(CERTIFICATE) ?? []) : [];
  return blocks.length > 0 && blocks.every(isCertificate)
    ? undefined
    : `${name} must be PEM text with a certificate: -----BEGIN CERTIFICATE-----, …`;
};

/** Takes PEM text, or reads a file once. @param read returns the text of a file, or throws */
export function readOwnCa(
  { ca, caFile }: { readonly ca?: string | undefined; readonly caFile?: string | undefined },
  read: (path: string) => string,
): OwnCa {
  if (ca === undefined && caFile === undefined) return {};
  if (ca !== undefined && caFile !== undefined)
    return { problem: 'ca and caFile must not both be set: leave one out' };
  try {
    const pem = ca ?? read(caFile ?? '');
    const problem = problemOfPem(ca === undefined ? `caFile ${caFile ?? ''}` : 'ca', pem);
    return problem === undefined ? { pem } : { problem };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return {
      problem: `caFile ${String(caFile)} cannot be read (${code}): it must be a readable file with PEM certificates`,
    };
  }
}

/** Trusts the public roots of Node.js and these certificates. Create it once: reading all roots takes time. */
export const trustContext = (pem: string): SecureContext =>
  createSecureContext({ ca: [...rootCertificates, pem] });
