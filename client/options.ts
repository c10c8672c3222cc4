import type { Dispatcher } from 'undici';
import { SYSTEM_CLOCK, type ProcessClock } from './clock.js';
import { problemOfCredentials, type CredentialsSource } from './credentials.js';
import { DataFlowInvalidInputError } from './errors.js';
import { readOrigin } from './origin.js';
import type { Credentials } from './signature.js';

/** Settings of one client. */
export interface DataFlowClientOptions {
  /** With or without trailing `/api/v1`. @default 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /** A key pair, or where to get the present one. A function is asked before every signature. */
  readonly credentials: Credentials | CredentialsSource;
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
  /** Sockets of your own, e.g. with the certificate of a company; `close()` leaves them open. */
  readonly dispatcher?: Dispatcher;
}

/** Options, checked and complete. */
export interface Settings {
  readonly origin: string;
  readonly credentials: Credentials | CredentialsSource;
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: ProcessClock;
  readonly dispatcher: Dispatcher | undefined;
}

const DEFAULT_BASE_URL = 'https://dataflow.apigw.ntruss.com';

/** A timer of Node takes no more; a greater one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

const DEFAULTS = {
  callTimeoutMs: 30_000,
  connectTimeoutMs: 5_000,
  maxAnswerBytes: 8 * 1024 * 1024,
} as const;

type LimitName = keyof typeof DEFAULTS;

const isLimit = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= LONGEST_TIMER_MS;

const problemsOfLimits = (limits: Readonly<Record<LimitName, unknown>>): readonly string[] =>
  (Object.keys(DEFAULTS) as LimitName[])
    .filter((name) => !isLimit(limits[name]))
    .map((name) => `${name} must be a whole number of 1 or more, e.g. ${DEFAULTS[name]}`);

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
  const { credentials } = options;
  const problems = [
    problem,
    typeof credentials === 'function' ? undefined : problemOfCredentials(credentials),
    ...problemsOfLimits(limits),
  ].filter((text) => text !== undefined);
  if (problems.length > 0) throw new DataFlowInvalidInputError('createDataFlowClient', problems);
  return Object.freeze({
    ...limits,
    origin,
    credentials,
    clock: options.clock ?? SYSTEM_CLOCK,
    dispatcher: options.dispatcher,
  });
}
