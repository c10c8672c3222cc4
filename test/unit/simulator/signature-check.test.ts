import { describe, expect, it } from 'vitest';
import { signatureRefusal } from '../../../simulator/signature-check.js';

const SIGNED_AT = 1_795_230_000_000;
const keys = { accessKey: 'AKIAEXAMPLE', secretKey: 'secret-example' };
/** Made with openssl: printf 'GET /api/v1/jobs?page=0&limit=1000\n1795230000000\nAKIAEXAMPLE' | openssl dgst -sha256 -hmac … */
const headers = {
  'x-ncp-apigw-timestamp': String(SIGNED_AT),
  'x-ncp-iam-access-key': 'AKIAEXAMPLE',
  'x-ncp-apigw-signature-v2': 'whXR6H6hzw9RnTp/QBp7IiFBdhJ9DzVWiizahsgQbiQ=',
};
const request = { method: 'GET', url: '/api/v1/jobs?page=0&limit=1000', headers };

describe('signatureRefusal', () => {
  it('accepts the signature that openssl makes', () => {
    expect(signatureRefusal(request, keys, 300_000, SIGNED_AT)).toBeUndefined();
  });

  it.each([
    { what: 'another method', changed: { ...request, method: 'POST' } },
    {
      what: 'another order of the query',
      changed: { ...request, url: '/api/v1/jobs?limit=1000&page=0' },
    },
    {
      what: 'another access key',
      changed: { ...request, headers: { ...headers, 'x-ncp-iam-access-key': 'X' } },
    },
    {
      what: 'a changed signature',
      changed: { ...request, headers: { ...headers, 'x-ncp-apigw-signature-v2': 'x' } },
    },
    {
      what: 'an empty signature',
      changed: { ...request, headers: { ...headers, 'x-ncp-apigw-signature-v2': '' } },
    },
    {
      what: 'a timestamp that is none',
      changed: { ...request, headers: { ...headers, 'x-ncp-apigw-timestamp': 'now' } },
    },
    { what: 'no headers', changed: { ...request, headers: {} } },
  ])('refuses $what', ({ changed }) => {
    expect(signatureRefusal(changed, keys, 300_000, SIGNED_AT)).toBeDefined();
  });

  it.each([
    { offMs: 300_000, maxAgeMs: 300_000, good: true },
    { offMs: 300_001, maxAgeMs: 300_000, good: false },
    { offMs: -300_000, maxAgeMs: 300_000, good: true },
    { offMs: -300_001, maxAgeMs: 300_000, good: false },
    { offMs: 10_001, maxAgeMs: 10_000, good: false },
    { offMs: 9e9, maxAgeMs: null, good: true },
  ])('with at most $maxAgeMs ms, $offMs ms off is good: $good', ({ offMs, maxAgeMs, good }) => {
    expect(signatureRefusal(request, keys, maxAgeMs, SIGNED_AT + offMs) === undefined).toBe(good);
  });
});
