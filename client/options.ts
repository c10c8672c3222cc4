import type { Dispatcher } from 'undici';
import { SYSTEM_CLOCK, type ProcessClock } from './http/service-clock.js';
import { unknownOptionText } from '../contract/suggest.js';
import { ncloudCredentials } from './credentials/ncloud-credentials.js';
import { problemOfCredentials, type CredentialsSource } from './credentials/credentials.js';
import { DataFlowInvalidInputError } from './errors.js';
import type { SeenRequest } from './http/seen-request.js';
import { DEFAULT_BASE_URL, readOrigin } from './http/origin.js';
import { MAX_TIMER_MS } from './http/deadline.js';
import { readOwnCa } from './http/own-ca.js';
import { readRegularFile } from './read-regular-file.js';
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

/** Checked options, with defaults. */
export interface Settings {
  readonly origin: string;
  readonly credentials: Credentials | CredentialsSource;
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: ProcessClock;
  /** PEM. */
  readonly ca: string | undefined;
  readonly dispatcher: Dispatcher | undefined;
  readonly onRequest: ((seen: SeenRequest) => void) | undefined;
  readonly beforeRepeat: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** Unknown options are refused: in plain JavaScript a misspelt one would be ignored. */
const OPTION_NAMES = Object.keys({
  baseUrl: true,
  credentials: true,
  callTimeoutMs: true,
  connectTimeoutMs: true,
  maxAnswerBytes: true,
  allowPlainHttp: true,
  clock: true,
  ca: true,
  caFile: true,
  dispatcher: true,
  onRequest: true,
  beforeRepeat: true,
} satisfies Record<keyof DataFlowClientOptions, true>);

const DEFAULTS = {
  callTimeoutMs: 30_000,
  connectTimeoutMs: 5_000,
  maxAnswerBytes: 8 * 1024 * 1024,
} as const;

type LimitName = keyof typeof DEFAULTS;

const isLimit = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_TIMER_MS;

const problemsOfLimits = (limits: Readonly<Record<LimitName, unknown>>): readonly string[] =>
  (Object.keys(DEFAULTS) as LimitName[])
    .filter((name) => !isLimit(limits[name]))
    .map((name) => `${name} must be an integer of at least 1, e.g. ${DEFAULTS[name]}`);

/** Scheme, host and port of calls with these options. */
export const serviceOrigin = ({ baseUrl, allowPlainHttp }: DataFlowClientOptions): string =>
  readOrigin(baseUrl ?? DEFAULT_BASE_URL, allowPlainHttp ?? false).origin;

/** @throws DataFlowInvalidInputError naming all problems, each with its remedy */
export function readOptions(options: DataFlowClientOptions): Settings {
  const { origin, problem } = readOrigin(
    options.baseUrl ?? DEFAULT_BASE_URL,
    options.allowPlainHttp ?? false,
  );
  const limits = {
    callTimeoutMs: options.callTimeoutMs ?? DEFAULTS.callTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs,
    maxAnswerBytes: options.maxAnswerBytes ?? DEFAULTS.maxAnswerBytes,
  };
  const { credentials = ncloudCredentials(), dispatcher } = options;
  const ca = readOwnCa(options, readRegularFile);
  const problems = [
    ...Object.keys(options)
      .filter((name) => !OPTION_NAMES.includes(name))
      .map((name) => unknownOptionText(name, OPTION_NAMES)),
    problem,
    typeof credentials === 'function' ? undefined : problemOfCredentials(credentials),
    ...problemsOfLimits(limits),
    ca.problem,
    ca.pem !== undefined && dispatcher !== undefined
      ? 'dispatcher must not be set beside ca or caFile: it has its own certificates'
      : undefined,
  ].filter((text) => text !== undefined);
  if (problems.length > 0) throw new DataFlowInvalidInputError('createDataFlowClient', problems);
  return Object.freeze({
    ...limits,
    origin,
    credentials,
    clock: options.clock ?? SYSTEM_CLOCK,
    ca: ca.pem,
    dispatcher,
    onRequest: options.onRequest,
    beforeRepeat: options.beforeRepeat,
  });
}
