import type { Dispatcher } from 'undici';
import { SYSTEM_CLOCK, type ProcessClock } from './http/service-clock.js';
import { unknownOptionText } from '../contract/suggest.js';
import { ncloudCredentials } from './credentials/ncloud-credentials.js';
import { problemOfCredentials, type CredentialsSource } from './credentials/credentials.js';
import { DataFlowInvalidInputError } from './errors.js';
import type { SeenRequest } from './http/seen-request.js';
import { DEFAULT_BASE_URL, readOrigin } from './http/origin.js';
import { readOwnCa } from './http/own-ca.js';
import { readRegularFile } from './read-regular-file.js';
import type { Credentials } from './http/signature.js';

/** Settings of one client. */
export interface DataFlowClientOptions {
  /** With or without trailing `/api/v1`. @default 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /**
   * A key pair, or where to get the present one. A function is asked before every signature.
   * @default ncloudCredentials(): environment, ~/.ncloud/configure, server role
   */
  readonly credentials?: Credentials | CredentialsSource;
  /** Time limit of one call in ms, from its start to the last byte of its answer. @default 30_000 */
  readonly callTimeoutMs?: number;
  /** Time limit for opening a socket in ms. Short, because nothing has been sent yet. @default 5_000 */
  readonly connectTimeoutMs?: number;
  /**
   * Longest answer taken, in bytes. A page has 1000 rows unless asked otherwise, and a row with parameters some
   * KiB: 8 MiB leave 8 KiB for each. More is a protocol error; ask for pages with a lower limit.
   * @default 8_388_608
   */
  readonly maxAnswerBytes?: number;
  /** Allows `http:` to hosts other than this machine. Keys and data then travel readable. @default false */
  readonly allowPlainHttp?: boolean;
  /** The clocks of this process. @default Date.now and performance.now */
  readonly clock?: ProcessClock;
  /** Certificates (PEM text) of a company, trusted besides the public ones, by service and proxy. */
  readonly ca?: string;
  /** Path of a file with such certificates, read once. */
  readonly caFile?: string;
  /** Own undici dispatcher with its own certificates and proxy; `close()` leaves it open. */
  readonly dispatcher?: Dispatcher;
  /** Called after each request, repeated ones included. An error that it throws is ignored. */
  readonly onRequest?: (seen: SeenRequest) => void;
  /**
   * Awaited before each further request of one call (signed anew after a 401, or to the other path of an operation that has
   * two), so that it counts wherever calls are counted. Rejects: no further request is made, and the answer stands. The
   * signal aborts when the call ends.
   */
  readonly beforeRepeat?: (signal: AbortSignal) => Promise<void>;
}

/** Options, checked and complete. */
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

/** Names of all options: in plain JavaScript a misspelt one would otherwise be ignored. */
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

/** Maximum of a Node timer; a greater value would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

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

/** Origin of calls with these options: scheme, host and port. */
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
      ? 'dispatcher brings its own certificates: leave ca and caFile out, or the dispatcher'
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
