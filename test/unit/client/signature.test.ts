import { createHmac } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { toRequest } from '../../../client/http/request.js';
import { signatureOf, signedHeaders } from '../../../client/http/signature.js';

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

const [KEYS] = VECTORS;

/** Made by the same line of openssl, and again by hmac of Python. What the service receives is signed, letter by letter. */
const SENT_AS_IS = [
  [
    'Korean',
    'GET',
    'name=%EC%9D%BC%EC%9D%BC%20%EB%A7%A4%EC%B6%9C&page=0',
    'ZCNqkUP44ZzJ/hXpnnExHmbvQizFF9js2dSZtaQEe4A=',
  ],
  [
    'a plus, an equals sign and an ampersand',
    'GET',
    'name=a%2Bb%3Dc%26d',
    'RkaNH3ZUci+/anZBTk5hDqow8IS3wFW9pDkgnRRi7cA=',
  ],
  ['a percent sign', 'GET', 'name=100%25', 'OPp1Sv0VYnnRiRqSVWj2SKuyVrbAme093B+VJnfzg3k='],
  ['empty values', 'GET', 'name=&page=0&limit=', 'JsV826KnKynT8bGrPJclW34W28B3lEMOLCuHLj1i8Wg='],
  ['a plus as sent', 'GET', 'name=a+b', '5sDJlLLBudlgeNOCxKQXdTVLGNTOxwbz7Fj76DXws8Q='],
  ['a space', 'GET', 'name=a%20b', '1/pBiloq/vZLZiGKNQvenY/LwP7/itWRSH0Vr7OPIr0='],
  ['small hex digits', 'GET', 'name=a%2fb', '2P4Yr4ufwb6Srn03WkYtEPYAkI92LfaBG7+0LvV2EMI='],
  ['capital hex digits', 'GET', 'name=a%2Fb', 'mXWnNnfcr1Sneg/PDXA2HgR6Lu+MNNVM3pgsKjahgAg='],
] as const;

describe('signatureOf', () => {
  it.each(SENT_AS_IS)('signs a query with %s as openssl does', (_, method, query, signature) => {
    const request = { method, path: `/api/v1/jobs?${query}`, timestampMs: KEYS.timestampMs };
    expect(signatureOf(request, KEYS)).toBe(signature);
  });

  it.each([
    ['PUT', '+385d82GtbduOvqSR68jap5GSI2+ySFbn4dFE5yCrKc='],
    ['DELETE', 'ef1k6Ge3YP5LebA6kU5vCkpHzhmAtEq6dWgs5RGhww8='],
  ])('signs %s as openssl does', (method, signature) => {
    const request = { method, path: '/api/v1/jobs/Ab12Cd34Ef56', timestampMs: KEYS.timestampMs };
    expect(signatureOf(request, KEYS)).toBe(signature);
  });

  it.each([
    ['일일 매출', 'name=%EC%9D%BC%EC%9D%BC%20%EB%A7%A4%EC%B6%9C&page=0', { page: 0 }],
    ['a+b=c&d', 'name=a%2Bb%3Dc%26d', {}],
    ['100%', 'name=100%25', {}],
    ['a b', 'name=a%20b', {}],
    ['a/b', 'name=a%2Fb', {}],
  ])('is given the name %j as one of these', (name, query, more) => {
    expect(toRequest('getJobs', { name, ...more }, {}).query).toBe(`?${query}`);
  });

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

/** The signature, written down once more from the documentation alone: another hash interface, another encoding. */
function documented(lines: readonly string[], secretKey: string): string {
  const mac = createHmac('sha256', Buffer.from(secretKey, 'utf8'));
  for (const [index, line] of lines.entries())
    mac.update(Buffer.from(index === 0 ? line : `\n${line}`, 'utf8'));
  return Buffer.from(mac.digest('hex'), 'hex').toString('base64');
}

describe('a request', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  const aKey = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);

  test.prop([name, aKey, aKey, fc.nat()])(
    'is signed with any name and any keys as the documentation says, and reads back as that name',
    (given, accessKey, secretKey, timestampMs) => {
      const { method, path, query } = toRequest('getJobs', { name: given }, {});
      const sent = path + query;
      const expected = documented([`${method} ${sent}`, String(timestampMs), accessKey], secretKey);
      const signed = signatureOf({ method, path: sent, timestampMs }, { accessKey, secretKey });
      expect(signed).toBe(expected);
      expect(new URL(sent, 'https://x').searchParams.get('name')).toBe(given);
    },
  );
});
