import type { Dispatcher } from 'undici';
import type { Options } from '../contract/validate.js';
import {
  CREDENTIALS_RULE,
  type CredentialsSource,
  isCredentials,
} from './credentials/credentials.js';
import { MAX_TIMER_MS } from './http/deadline.js';
import { DEFAULT_BASE_URL } from './http/origin.js';
import { PEM_RULE } from './http/own-ca.js';
import type { SeenRequest } from './http/seen-request.js';
import type { ProcessClock } from './http/service-clock.js';
import type { Credentials } from './http/signature.js';

/** Options of {@link createDataFlowClient}. */
export interface DataFlowClientOptions {
  /** URL of the service, with or without `/api/v1` at the end. @default 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /**
   * A key pair, or a function that is called before every signature.
   * @default ncloudCredentials(): environment, ~/.ncloud/configure, server role
   */
  readonly credentials?: Credentials | CredentialsSource;
  /** Time limit of one call in ms, from its start to the last byte of its answer. @default 30_000 */
  readonly callTimeoutMs?: number;
  /** Time limit for opening a socket, in ms. @default 5_000 */
  readonly connectTimeoutMs?: number;
  /**
   * Longest answer that is accepted, in bytes. A longer one is a DataFlowProtocolError: ask for pages with a lower
   * `limit`. A page has 1000 rows by default, so 8 MiB leave 8 KiB for each.
   * @default 8_388_608
   */
  readonly maxAnswerBytes?: number;
  /** Allows `http:` to other machines. Keys and data are then readable on the network. @default false */
  readonly allowPlainHttp?: boolean;
  /** The clocks of this process. @default Date.now and performance.now */
  readonly clock?: ProcessClock;
  /** PEM text of certificates, trusted besides the public ones for service and proxy. */
  readonly ca?: string;
  /** Path of a file with such certificates. It is read once. */
  readonly caFile?: string;
  /** undici dispatcher to use, with its own certificates and proxy. `close()` does not close it. */
  readonly dispatcher?: Dispatcher;
  /** Called after each request, also after each of two that one call makes. An error that it throws is ignored. */
  readonly onRequest?: (seen: SeenRequest) => void;
  /**
   * Awaited before the second request of one call (signed anew after a 401, or to the other path of an operation that
   * has two), so that a rate limiter can count it. If it rejects no second request is made, and the first answer
   * counts. The signal aborts when the call ends.
   */
  readonly beforeRepeat?: (signal: AbortSignal) => Promise<void>;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

const FUNCTION = {
  kind: 'custom',
  must: 'must be a function',
  isFit: isFunction,
} as const;

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => isFunction((value as Readonly<Record<string, unknown>>)[name]));

/** Checks, defaults and meanings of {@link DataFlowClientOptions}. */
export const CLIENT_OPTIONS = {
  baseUrl: {
    kind: 'string',
    must: `must be a URL, e.g. ${DEFAULT_BASE_URL}`,
    about: 'Base URL of the service, with or without `/api/v1`.',
    default: DEFAULT_BASE_URL,
    variable: 'DATAFLOW_URL',
  },
  credentials: {
    kind: 'custom',
    must: CREDENTIALS_RULE,
    isFit: (value) => isFunction(value) || isCredentials(value),
    about: 'A key pair; in code also a function that is called before every signature.',
    unset: 'NCLOUD_* of the environment, ~/.ncloud/configure, role of the server',
  },
  callTimeoutMs: {
    kind: 'integer',
    min: 1,
    max: MAX_TIMER_MS,
    unit: 'ms',
    about: 'Time limit of one call in ms, from its start to the last byte of its answer.',
    default: 30_000,
    variable: 'DATAFLOW_CALL_TIMEOUT_MS',
  },
  connectTimeoutMs: {
    kind: 'integer',
    min: 1,
    max: MAX_TIMER_MS,
    unit: 'ms',
    about: 'Time limit for opening a socket, in ms.',
    default: 5_000,
  },
  maxAnswerBytes: {
    kind: 'integer',
    min: 1,
    max: MAX_TIMER_MS,
    unit: 'bytes',
    about: 'Longest answer that is accepted, in bytes.',
    default: 8 * 1_024 * 1_024,
  },
  allowPlainHttp: {
    kind: 'boolean',
    about: 'true allows `http:` to other machines: keys and data are then readable on the way.',
    default: false,
    variable: 'DATAFLOW_ALLOW_PLAIN_HTTP',
  },
  clock: {
    kind: 'custom',
    must: 'must be an object with the functions wallMs and monotonicMs',
    isFit: (value) => hasMethods(value, ['wallMs', 'monotonicMs']),
    about: 'Clocks for tests; in code only.',
    unset: 'those of the process',
  },
  ca: {
    kind: 'string',
    must: PEM_RULE,
    about: 'PEM text of certificates, trusted besides the public ones for service and proxy.',
    unset: 'only the public ones',
  },
  caFile: {
    kind: 'string',
    must: 'must be the path of a file',
    about: 'PEM file of certificates, trusted besides the public ones; read once, instead of `ca`.',
    unset: 'none',
    variable: 'DATAFLOW_CA_FILE',
  },
  dispatcher: {
    kind: 'custom',
    must: 'must be a dispatcher of undici',
    isFit: (value) => hasMethods(value, ['dispatch']),
    about: 'undici dispatcher to use, with its own certificates and proxy.',
    unset: 'one of the client',
  },
  onRequest: {
    ...FUNCTION,
    about: 'Called after each request, also after each of two that one call makes.',
    unset: 'nothing is called',
  },
  beforeRepeat: {
    ...FUNCTION,
    about: 'Awaited before the second request of one call, so that a rate limiter can count it.',
    unset: 'nothing is awaited',
  },
} as const satisfies Options<DataFlowClientOptions>;
