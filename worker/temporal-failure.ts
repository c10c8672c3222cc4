import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import { isIP } from 'node:net';
import { NamespaceNotFoundError } from '@temporalio/common';
import { cleanText } from '../client/clean-text.js';
import type { ClientProxy, TemporalConfig } from './temporal-config.js';

/** Why Temporal cannot be used, and what to do; for worker, commands and doctor. */
export interface TemporalFailure {
  /** `invalid`: a setting is wrong. `unauthorised`: the server refuses the key. `unreachable`: it does not answer. */
  readonly kind: 'invalid' | 'unauthorised' | 'unreachable';
  readonly what: string;
  readonly remedy: string;
}

/** What a socket to the server shows, without Temporal's protocol. `plain`: the server has no TLS. */
export type Probe =
  | { readonly kind: 'unknownHost' | 'closed' | 'silent' | 'plain' }
  /** Not probed, because a proxy is used. */
  | ({ readonly kind: 'proxied' } & ClientProxy)
  | ServerWithTls;

interface ServerWithTls {
  readonly kind: 'tls';
  /** Why its certificate is not trusted: a code of OpenSSL or Node.js. */
  readonly trust?: string;
  /** Dates of that certificate. */
  readonly validity?: readonly [from: Date, until: Date];
}

const PROBE_LIMIT_MS = 3_000;
const UNKNOWN_HOST = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME'];

/**
 * Begins a TLS handshake: a server with TLS answers, one without closes the connection. Neither key nor certificate is
 * sent.
 */
export function probe({ host, port, connectionOptions }: TemporalConfig): Promise<Probe> {
  const { tls } = connectionOptions;
  const own = typeof tls === 'object' && tls !== null ? tls : {};
  const servername = own.serverNameOverride ?? host;
  const ca = own.serverRootCACertificate;
  return new Promise((resolve) => {
    let isConnected = false;
    const socket = connectTls({
      ...{ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false },
      ...(isIP(servername) === 0 && { servername }),
      ca: ca === undefined ? [...rootCertificates] : Buffer.from(ca).toString(),
    });
    const end = (found: Probe): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => (isConnected = true));
    socket.once('secureConnect', () => {
      end({ kind: 'tls', ...readTrust(socket) });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // An alert is a part of TLS, e.g. because the server requires a client certificate.
      if (isConnected) end({ kind: /ALERT/.test(error.code ?? '') ? 'tls' : 'plain' });
      else end({ kind: UNKNOWN_HOST.includes(error.code ?? '') ? 'unknownHost' : 'closed' });
    });
    socket.setTimeout(PROBE_LIMIT_MS, () => {
      end({ kind: isConnected ? 'plain' : 'silent' });
    });
  });
}

function readTrust(socket: TLSSocket): Pick<ServerWithTls, 'trust' | 'validity'> {
  if (socket.authorized) return {};
  const { valid_from: from, valid_to: until } = socket.getPeerCertificate();
  return {
    trust: codeOf(socket.authorizationError),
    validity: [new Date(from), new Date(until)],
  };
}

/** Node.js sets `authorizationError` to an error or to its code, unlike its types. */
const codeOf = (error: unknown): string =>
  (error as { readonly code?: string } | undefined)?.code ?? String(error);

/**
 * gRPC codes PERMISSION_DENIED and UNAUTHENTICATED; errors of the native connection have names in Rust's notation
 * instead.
 */
const REFUSALS = [7, 16];

interface Said {
  readonly text: string;
  readonly isRefusal: boolean;
}

const MAX_SAID_CHARACTERS = 200;

/** Text of an error of the SDK, without Rust's notation. */
export function saidBy(error: unknown): Said {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code, details } = one as { readonly code?: unknown; readonly details?: unknown };
    if (typeof code === 'number' && typeof details === 'string')
      return {
        text: cleanText(details === '' ? one.message : details, [], MAX_SAID_CHARACTERS), // native ones have no details
        isRefusal: REFUSALS.includes(code),
      };
  }
  const message = error instanceof Error ? error.message : String(error);
  const rust = /code: (\w+), message: "((?:[^"\\]|\\.)*)"/.exec(message);
  const text = rust?.[2] ?? message.split(/tonic::|Status \{|, source:/)[0] ?? '';
  return {
    text: cleanText(text.trim(), [], MAX_SAID_CHARACTERS),
    isRefusal: ['PermissionDenied', 'Unauthenticated'].includes(rust?.[1] ?? ''),
  };
}

/** Why the connection failed. @param found result of the probe; absent where a connection is open */
export function connectFailure(
  config: TemporalConfig,
  error: unknown,
  found?: Probe,
): TemporalFailure {
  const { address, connectionOptions } = config;
  const { text, isRefusal } = saidBy(error);
  const said = text === '' ? '' : ` (${text})`;
  if (isRefusal)
    return {
      kind: 'unauthorised',
      what: `Temporal at ${address} refuses this client${said}`,
      remedy: connectionOptions.apiKey === undefined ? NO_KEY : WRONG_KEY,
    };
  const [why, remedy] = reasonOfTls(config, found) ?? reasonOfSilence(config, found, said);
  const what = `Temporal at ${address} cannot be reached: ${why}`;
  return { kind: 'unreachable', what, remedy };
}

const NO_KEY =
  'set TEMPORAL_API_KEY, or the client certificate that it asks for (TEMPORAL_TLS_CLIENT_CERT_PATH, …_KEY_PATH)';
const WRONG_KEY =
  'check TEMPORAL_API_KEY: it may have expired, or be of another namespace or region';

type Reason = readonly [why: string, remedy: string];

/** Why TLS failed between client and server; undefined if it did not. */
function reasonOfTls({ tls }: TemporalConfig, found: Probe | undefined): Reason | undefined {
  if (found?.kind === 'plain' && tls === 'key')
    return [
      'it has no TLS, and TEMPORAL_API_KEY turns TLS on',
      'unset TEMPORAL_API_KEY for a server without TLS, or set TEMPORAL_ADDRESS to the one that the key is for',
    ];
  if (found?.kind === 'plain' && tls === 'asked')
    return [
      'it has no TLS',
      "unset TEMPORAL_TLS and TEMPORAL_TLS_…, and tls in the file of Temporal's tools",
    ];
  if (found?.kind !== 'tls') return undefined;
  if (tls === 'none')
    return [
      'it requires TLS',
      'set TEMPORAL_TLS=true; a server with API keys also asks for TEMPORAL_API_KEY',
    ];
  return found.trust === undefined ? undefined : reasonOfTrust(found.trust, found.validity);
}

function reasonOfSilence(
  { host, isLocal }: TemporalConfig,
  found: Probe | undefined,
  said: string,
): Reason {
  switch (found?.kind) {
    case 'proxied':
      return [
        `no answer through the proxy of ${found.variable}${said}`,
        `check that proxy, or name ${host} in ${found.exceptions} (gRPC reads these names in small letters only); a worker does not use it`,
      ];
    case 'unknownHost':
      return [`there is no host ${host}`, 'correct TEMPORAL_ADDRESS'];
    case 'closed':
    case 'silent':
      return [
        found.kind === 'closed' ? 'nothing listens there' : 'no answer from that host',
        isLocal
          ? 'start it (dataflow dev brings one), or set TEMPORAL_ADDRESS'
          : 'check TEMPORAL_ADDRESS, network and firewall',
      ];
    default:
      return [
        `no answer in Temporal's protocol${said}`,
        'check TEMPORAL_ADDRESS (host:port of the gRPC frontend, not of the UI) and what stands in between',
      ];
  }
}

/**
 * Why the certificate is not trusted. If the dates of the server's certificate are valid, those of its CA's are not.
 */
function reasonOfTrust(code: string, validity: ServerWithTls['validity']): Reason {
  const [from, until] = validity ?? [];
  const now = new Date();
  const clock = `the clock of this machine, which shows ${now.toISOString()}`;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return until !== undefined && until < now
        ? [
            `its certificate expired on ${until.toISOString()}`,
            `renew the certificate of the server; if it should be valid, correct ${clock}`,
          ]
        : [
            'the certificate of its CA has expired',
            `renew it, and name the new one by TEMPORAL_TLS_SERVER_CA_CERT_PATH; if it should be valid, correct ${clock}`,
          ];
    case 'CERT_NOT_YET_VALID':
      return [
        from !== undefined && from > now
          ? `its certificate is valid only from ${from.toISOString()} on`
          : 'the certificate of its CA is not valid yet',
        `correct ${clock}; if that is right, replace the certificate`,
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        untrusted(code),
        'set TEMPORAL_TLS_SERVER_NAME to the name in its certificate, or correct TEMPORAL_ADDRESS',
      ];
    default:
      return [
        untrusted(code),
        'name the certificate of its CA by TEMPORAL_TLS_SERVER_CA_CERT_PATH',
      ];
  }
}

const untrusted = (code: string): string => `its certificate is not trusted (${code})`;

/**
 * gRPC code NOT_FOUND. It means the namespace: our calls are about namespaces, task queues, and workflows that were
 * just seen.
 */
const NOT_FOUND = 5;

function isNamespaceMissing(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof NamespaceNotFoundError || (one as { code?: unknown }).code === NOT_FOUND)
      return true;
  return false;
}

/** Why a call failed on an open connection. */
export function callFailure(
  { address, namespace }: Pick<TemporalConfig, 'address' | 'namespace'>,
  error: unknown,
): TemporalFailure {
  const { text, isRefusal } = saidBy(error);
  if (isNamespaceMissing(error))
    return {
      kind: 'invalid',
      what: `Temporal at ${address} has no namespace ${namespace}`,
      remedy: `set TEMPORAL_NAMESPACE, or create it (temporal operator namespace create --namespace ${namespace})`,
    };
  const what = `Temporal at ${address}, namespace ${namespace}: ${text}`;
  return isRefusal
    ? {
        kind: 'unauthorised',
        what,
        remedy: 'check TEMPORAL_API_KEY, the rights of its owner, and TEMPORAL_NAMESPACE',
      }
    : { kind: 'unreachable', what, remedy: 'check the server with dataflow doctor' };
}

export const failureText = ({ what, remedy }: TemporalFailure): string => `${what}: ${remedy}`;
