import { describe, expect, it } from 'vitest';
import { signatureOf, signedHeaders } from '../../../client/signature.js';

/** Made with: printf 'METHOD PATH\nTIMESTAMP\nACCESSKEY' | openssl dgst -sha256 -hmac SECRETKEY -binary | base64 */
const VECTORS = [
  {
    method: 'GET',
    path: '/api/v1/jobs?name=a%20b&page=0&limit=100',
    timestampMs: 1_763_690_400_000,
    accessKey: 'AccessKey0123456789',
    secretKey: 'SecretKey0123456789abcdefghijklmnopqrstu',
    signature: 'kV9hmNiLlGD58/+wQhg4KvaVpUjOlw7JyC6i+X159m4=',
  },
  {
    method: 'POST',
    path: '/api/v1/jobs/Ab12Cd34Ef56/executions',
    timestampMs: 1_763_690_400_123,
    accessKey: 'AccessKey0123456789',
    secretKey: 'SecretKey0123456789abcdefghijklmnopqrstu',
    signature: 'wKwYnVA9GeE/KOTva60q+YFcQ1+DEd2u8+G8rVzWGmg=',
  },
  {
    method: 'POST',
    path: '/api/v1/jobs/Ab12Cd34Ef56/executions/Gh78Ij90Kl12/cancel',
    timestampMs: 1,
    accessKey: 'a',
    secretKey: 'b',
    signature: '2y48pOZdhRAnrGGcibQW7a8ecZsG6tZHAQWvCUn+6Wg=',
  },
] as const;

describe('signatureOf', () => {
  it.each(VECTORS)('signs $method $path as openssl does', ({ signature, ...vector }) => {
    expect(signatureOf(vector, vector)).toBe(signature);
  });
});

describe('signedHeaders', () => {
  it('sends the signed timestamp and the access key, and never the secret key', () => {
    const [vector] = VECTORS;
    expect(signedHeaders(vector, vector)).toEqual({
      'x-ncp-apigw-timestamp': '1763690400000',
      'x-ncp-iam-access-key': 'AccessKey0123456789',
      'x-ncp-apigw-signature-v2': vector.signature,
    });
  });
});
