import { NamespaceNotFoundError } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { proxyOf, resolveTemporalConfig } from '../../../worker/temporal-config.js';
import {
  callFailure,
  connectFailure,
  failureText,
  type Probe,
} from '../../../worker/temporal-failure.js';

const read = (env: Readonly<Record<string, string>>) => {
  const config = resolveTemporalConfig(env);
  if ('problems' in config) throw new Error(config.problems.join('; '));
  return config;
};

describe('the configuration of Temporal', () => {
  it.each([
    [
      'an address with a scheme',
      { TEMPORAL_ADDRESS: 'http://temporal:7233' },
      'TEMPORAL_ADDRESS must be host:port without a scheme',
    ],
    [
      'a switch that envconfig would take for off',
      { TEMPORAL_TLS: 'yes' },
      'TEMPORAL_TLS must be true or false',
    ],
    [
      'a file that is named and not there',
      { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' },
      'TEMPORAL_CONFIG_FILE /nowhere/temporal.toml cannot be read (ENOENT)',
    ],
    [
      'half of a client certificate',
      { TEMPORAL_TLS_CLIENT_CERT_DATA: 'PEM' },
      'TEMPORAL_TLS_CLIENT_CERT_… is set without TEMPORAL_TLS_CLIENT_KEY_…: set both or neither',
    ],
    ['a profile that is not there', { TEMPORAL_PROFILE: 'prod' }, 'TEMPORAL_PROFILE is prod'],
  ])('with %s is refused (L5)', (_, env, words) => {
    expect(resolveTemporalConfig(env)).toEqual({ problems: [expect.stringContaining(words)] });
  });

  it('takes empty variables for unset: an empty key turns no TLS on', () => {
    const env = { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', TEMPORAL_API_KEY: '' };
    expect(read(env)).toMatchObject({
      address: 'localhost:7233',
      namespace: 'default',
      tls: 'none',
      isLocal: true,
    });
  });

  it('knows why TLS is on', () => {
    expect(read({ TEMPORAL_API_KEY: 'k' }).tls).toBe('key');
    expect(read({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'true' }).tls).toBe('asked');
    expect(read({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }).tls).toBe('none');
  });
});

const REMOTE = { TEMPORAL_ADDRESS: 'temporal.example:7233' };
const LOCAL = { TEMPORAL_ADDRESS: '127.0.0.1:7233' };
const KEY = { TEMPORAL_API_KEY: 'KEY-0123456789' };
const TLS = { TEMPORAL_TLS: 'true' };
const LATER = new Date('9999-01-01T00:00:00Z');
const silence = new Error('Failed to connect before the deadline');
const refusal = Object.assign(new Error('x'), { code: 16, details: 'Request unauthorized.' });
/** As the native connection says it. */
const rust = new Error(
  'Status { code: PermissionDenied, message: "no \\"right\\"", details: b"\\x08", metadata: MetadataMap {} }',
);

describe('the proxy on the way to Temporal, as gRPC reads it (L5, L14)', () => {
  const P = { https_proxy: 'http://proxy:3128' };
  const far = (env: object, host = '10.1.2.3') => proxyOf({ host, isLocal: false }, { ...env });

  it('is that of grpc_proxy, else of https_proxy, else of http_proxy, and none on this machine', () => {
    const all = { ...P, http_proxy: P.https_proxy, grpc_proxy: P.https_proxy };
    expect(far(all)?.variable).toBe('grpc_proxy');
    expect(far({ ...all, grpc_proxy: '' })?.variable).toBe('https_proxy');
    expect(far({ http_proxy: P.https_proxy })?.variable).toBe('http_proxy');
    expect(far({})).toBeUndefined();
    expect(proxyOf({ host: '127.0.0.1', isLocal: true }, P)).toBeUndefined();
  });

  it.each([
    ['variables in capitals', { HTTPS_PROXY: P.https_proxy }],
    ['a proxy that is reached by TLS', { https_proxy: 'https://proxy:3128' }],
    ['no URL', { https_proxy: 'proxy' }],
    ['an exception for the host', { ...P, no_proxy: 'a.example,10.1.2.3' }],
    ['an exception for the end of its name', { ...P, no_proxy: '.2.3' }],
    ['an exception for its network', { ...P, no_proxy: 'a.example,10.0.0.0/8' }],
    ['an empty exception, which is the end of each name', { ...P, no_proxy: 'a.example,' }],
  ])('is none by %s', (_, env) => {
    expect(far(env)).toBeUndefined();
  });

  it.each([
    ['an exception in capitals', { ...P, NO_PROXY: '10.1.2.3' }, 'no_proxy'],
    ['another network', { ...P, no_proxy: '11.0.0.0/8,10.1.2.3/33' }, 'no_proxy'],
    [
      'exceptions of gRPC beside it',
      { ...P, no_grpc_proxy: 'x', no_proxy: '10.1.2.3' },
      'no_grpc_proxy',
    ],
  ])('remains with %s; exceptions go to the variable that is read', (_, env, exceptions) => {
    expect(far(env)).toEqual({ variable: 'https_proxy', exceptions });
  });
});

describe('a connection that does not come about (L4, L5)', () => {
  it.each<[string, object, unknown, Probe | undefined, string, string]>([
    [
      'no such host',
      REMOTE,
      silence,
      { kind: 'unknownHost' },
      'unreachable',
      'there is no host temporal.example: correct TEMPORAL_ADDRESS',
    ],
    [
      'nobody listens, here',
      LOCAL,
      silence,
      { kind: 'closed' },
      'unreachable',
      'nothing listens there: start it (dataflow dev brings one)',
    ],
    [
      'nobody listens, elsewhere',
      REMOTE,
      silence,
      { kind: 'closed' },
      'unreachable',
      'check TEMPORAL_ADDRESS, network and firewall',
    ],
    [
      'a key for a plain server',
      { ...LOCAL, ...KEY },
      silence,
      { kind: 'plain' },
      'unreachable',
      'TEMPORAL_API_KEY turns TLS on: unset TEMPORAL_API_KEY',
    ],
    [
      'TLS for a plain server',
      { ...LOCAL, ...TLS },
      silence,
      { kind: 'plain' },
      'unreachable',
      'it has no TLS: unset TEMPORAL_TLS',
    ],
    [
      'no TLS for a server that asks for it',
      REMOTE,
      silence,
      { kind: 'tls' },
      'unreachable',
      'it requires TLS: set TEMPORAL_TLS=true',
    ],
    [
      'an unknown authority',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'SELF_SIGNED_CERT_IN_CHAIN' },
      'unreachable',
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    ],
    [
      'another name',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'unreachable',
      'TEMPORAL_TLS_SERVER_NAME',
    ],
    [
      'an expired certificate',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'CERT_HAS_EXPIRED', validity: [new Date(0), new Date(1)] },
      'unreachable',
      'its certificate expired on 1970-01-01T00:00:00.001Z: renew the certificate of the server; if',
    ],
    [
      'an expired certificate of its CA',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'CERT_HAS_EXPIRED', validity: [new Date(0), LATER] },
      'unreachable',
      'the certificate of its CA has expired: renew it, and name the new one by TEMPORAL_TLS_SERVER_CA_CERT_PATH; if',
    ],
    [
      'a certificate of tomorrow',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'CERT_NOT_YET_VALID', validity: [LATER, LATER] },
      'unreachable',
      `its certificate is valid only from ${LATER.toISOString()} on: correct the clock of this machine`,
    ],
    [
      'a certificate of its CA of tomorrow',
      { ...REMOTE, ...TLS },
      silence,
      { kind: 'tls', trust: 'CERT_NOT_YET_VALID', validity: [new Date(0), LATER] },
      'unreachable',
      'the certificate of its CA is not valid yet: correct the clock of this machine',
    ],
    [
      'a proxy in between',
      REMOTE,
      silence,
      { kind: 'proxied', variable: 'https_proxy', exceptions: 'no_grpc_proxy' },
      'unreachable',
      'check that proxy, or name temporal.example in no_grpc_proxy (',
    ],
    [
      'another protocol',
      LOCAL,
      silence,
      { kind: 'plain' },
      'unreachable',
      "no answer in Temporal's protocol",
    ],
    [
      'a wrong key',
      { ...REMOTE, ...KEY },
      refusal,
      { kind: 'tls' },
      'unauthorised',
      '(Request unauthorized.): check TEMPORAL_API_KEY',
    ],
    ['no key', REMOTE, rust, { kind: 'tls' }, 'unauthorised', 'set TEMPORAL_API_KEY'],
  ])('for %s says that and what to do', (_, env, error, found, kind, words) => {
    const failure = connectFailure(read(env as Record<string, string>), error, found);
    expect(failure.kind).toBe(kind);
    expect(failureText(failure)).toContain(words);
    expect(failureText(failure)).not.toMatch(/Status|Metadata|tonic|0123456789/);
  });
});

describe('a call that fails on an open connection', () => {
  it.each([
    Object.assign(new Error('x'), { code: 5, details: 'Namespace nope is not found.' }),
    Object.assign(new Error('Namespace nope is not found.'), { code: 5, details: '' }),
    new NamespaceNotFoundError('nope'),
  ])('for an unknown namespace names it, whoever says so', (error) => {
    expect(callFailure({ address: 'a:1', namespace: 'nope' }, error)).toMatchObject({
      kind: 'invalid',
      what: 'Temporal at a:1 has no namespace nope',
    });
  });
});
