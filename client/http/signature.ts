import { createHmac } from 'node:crypto';

/** A key pair of NAVER Cloud, permanent or temporary. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What the signature covers. The body is not covered (NOTES §4). */
interface Signable {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly path: string;
  /** Date of the signature in epoch ms; the gateway takes it within five minutes of its own clock. */
  readonly timestampMs: number;
}

/** Signature v2 of the API gateway: HMAC-SHA256 in base64. */
export function signatureOf(request: Signable, { accessKey, secretKey }: Credentials): string {
  const text = `${request.method} ${request.path}\n${request.timestampMs}\n${accessKey}`;
  return createHmac('sha256', secretKey).update(text, 'utf8').digest('base64');
}

/** The three headers that every call carries. */
export const signedHeaders = (request: Signable, credentials: Credentials) => ({
  'x-ncp-apigw-timestamp': String(request.timestampMs),
  'x-ncp-iam-access-key': credentials.accessKey,
  'x-ncp-apigw-signature-v2': signatureOf(request, credentials),
});
