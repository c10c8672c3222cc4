import { createHmac } from 'node:crypto';

/** A key pair of NAVER Cloud, permanent or temporary. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The signed parts of a request. The body is not signed (NOTES §4). */
interface Signable {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly path: string;
  /** Date of the signature, epoch ms. The gateway takes it within five minutes of its clock. */
  readonly timestampMs: number;
}

/** Signature v2 of the API gateway: HMAC-SHA256 in base64. */
export function signatureOf(request: Signable, { accessKey, secretKey }: Credentials): string {
  const text = `${request.method} ${request.path}\n${request.timestampMs}\n${accessKey}`;
  return createHmac('sha256', secretKey).update(text, 'utf8').digest('base64');
}

/** Headers of every call. */
export const signedHeaders = (request: Signable, credentials: Credentials) => ({
  'x-ncp-apigw-timestamp': String(request.timestampMs),
  'x-ncp-iam-access-key': credentials.accessKey,
  'x-ncp-apigw-signature-v2': signatureOf(request, credentials),
});
