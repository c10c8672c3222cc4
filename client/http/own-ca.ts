import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates of a company that are trusted besides the public ones, or what is wrong with them. */
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

/** Node.js passes over what it cannot read in a list of certificates; here that is a problem. Nothing is quoted. */
const problemOfPem = (name: string, pem: unknown): string | undefined => {
  const blocks = typeof pem === 'string' ? (pem.match(CERTIFICATE) ?? []) : [];
  return blocks.length > 0 && blocks.every(isCertificate)
    ? undefined
    : `${name} must be PEM text with a certificate, -----BEGIN CERTIFICATE----- and so on`;
};

/** Takes PEM text or reads a file with it, once. @param read gives the text of a file, or throws */
export function readOwnCa(
  { ca, caFile }: { readonly ca?: string | undefined; readonly caFile?: string | undefined },
  read: (path: string) => string,
): OwnCa {
  if (ca === undefined && caFile === undefined) return {};
  if (ca !== undefined && caFile !== undefined)
    return { problem: 'ca and caFile are both given: leave one out' };
  try {
    const pem = ca ?? read(caFile ?? '');
    const problem = problemOfPem(ca === undefined ? `caFile ${caFile ?? ''}` : 'ca', pem);
    return problem === undefined ? { pem } : { problem };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return {
      problem: `caFile ${String(caFile)} cannot be read (${code}): name a file with PEM certificates`,
    };
  }
}

/** Trusts the public roots that Node.js brings, and these; made once, since reading all roots takes a while. */
export const trustContext = (pem: string): SecureContext =>
  createSecureContext({ ca: [...rootCertificates, pem] });
