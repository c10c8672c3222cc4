import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The signed parts of a request (signature v2). The body is not signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Why the gateway refuses the signature; undefined: it is valid. @param maxAgeMs null: the age is not checked */
export function signatureRefusal(
  { method, url, headers }: SignedRequest,
  keys: KeyPair,
  maxAgeMs: number | null,
  now: number,
): string | undefined {
  const timestamp = single(headers['x-ncp-apigw-timestamp']);
  const accessKey = single(headers['x-ncp-iam-access-key']);
  const signature = single(headers['x-ncp-apigw-signature-v2']);
  if (timestamp === undefined || accessKey === undefined || signature === undefined) {
    return 'Authentication information are missing.';
  }
  if (!/^\d{1,15}$/.test(timestamp)) return 'Invalid timestamp.';
  if (maxAgeMs !== null && Math.abs(now - Number(timestamp)) > maxAgeMs)
    return 'Expired timestamp.';
  const toSign = `${method} ${url}\n${timestamp}\n${accessKey}`;
  const expected = createHmac('sha256', keys.secretKey).update(toSign).digest('base64');
  return accessKey === keys.accessKey && signature === expected
    ? undefined
    : 'Invalid authentication information.';
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
