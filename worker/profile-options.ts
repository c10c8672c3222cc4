import { DataFlowInvalidInputError } from '../client/errors.js';
import { type DataFlowClientOptions, readOptions } from '../client/options.js';
import type { Credentials } from '../client/signature.js';
import type { CredentialsSource } from '../client/credentials.js';
import type { ProcessClock } from '../client/clock.js';
import { DEFAULT_TIMINGS, type Timings, timingProblems } from '../contract/timings.js';

/** A named way to reach the service. It lives on the worker only: workflow input may name one, never contain one. */
export interface ProfileOptions {
  /** With or without trailing `/api/v1`. @default DATAFLOW_URL, else 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /** A key pair, or where to get the present one. @default NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY of the environment */
  readonly credentials?: Credentials | CredentialsSource;
  /**
   * Calls per second that all waits and acts of this process may make. The service's own limit is UNKNOWN (NOTES §4):
   * too many are answered 429. @default DATAFLOW_CALLS_PER_SECOND, else 5
   */
  readonly callsPerSecond?: number;
  /** Timings that differ from the defaults, in ms. @default DATAFLOW_TIMINGS, a JSON object */
  readonly timings?: Partial<Timings>;
  /** Time limit of one call in ms. @default 30000 */
  readonly callTimeoutMs?: number;
  /** Allows `http:` to hosts other than this machine: keys and data then travel readable. @default false */
  readonly allowPlainHttp?: boolean;
  /** The clocks of this process; tests bring their own. */
  readonly clock?: ProcessClock;
}

/** A profile's options with every default filled in. */
export interface ProfileSettings extends ProfileOptions {
  readonly credentials: Credentials | CredentialsSource;
  readonly callsPerSecond: number;
  readonly timings: Timings;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_CALLS_PER_SECOND = 5;

/** Settings of a profile, or everything that is wrong with it, each with its place and remedy. */
export function readProfile(
  name: string,
  options: ProfileOptions,
  env: Environment,
): { readonly settings?: ProfileSettings; readonly problems: readonly string[] } {
  const credentials = options.credentials ?? credentialsFrom(env);
  const calls = options.callsPerSecond ?? env['DATAFLOW_CALLS_PER_SECOND'];
  const callsPerSecond = Number(calls ?? DEFAULT_CALLS_PER_SECOND);
  const { timings, problems } = readTimings(options.timings, env['DATAFLOW_TIMINGS']);
  if (credentials === undefined) {
    problems.push(
      'no credentials: set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or pass credentials',
    );
  }
  if (!(callsPerSecond > 0 && callsPerSecond <= 1_000)) {
    problems.push(
      `callsPerSecond (DATAFLOW_CALLS_PER_SECOND) is ${String(calls)}: give more than 0, up to 1000`,
    );
  }
  const baseUrl = options.baseUrl ?? env['DATAFLOW_URL'];
  const url = baseUrl !== undefined && { baseUrl };
  if (credentials !== undefined)
    problems.push(...clientProblems({ ...options, ...url, credentials }));
  if (credentials === undefined || problems.length > 0) {
    return { problems: problems.map((problem) => `profile ${name}: ${problem}`) };
  }
  return { settings: { ...options, credentials, callsPerSecond, timings, ...url }, problems: [] };
}

/** What the client would refuse, told together with everything else. */
function clientProblems(options: DataFlowClientOptions): readonly string[] {
  try {
    readOptions(options);
    return [];
  } catch (error) {
    if (error instanceof DataFlowInvalidInputError) return error.problems;
    throw error;
  }
}

function readTimings(
  given: Partial<Timings> | undefined,
  text: string | undefined,
): { readonly timings: Timings; readonly problems: string[] } {
  const problems: string[] = [];
  const fromEnv = timingsFrom(text);
  if (fromEnv === undefined) {
    problems.push('DATAFLOW_TIMINGS is no JSON object, e.g. {"visibleWithinMs":60000}');
  }
  const all = { ...fromEnv, ...given };
  const known = Object.keys(DEFAULT_TIMINGS);
  for (const key of Object.keys(all).filter((one) => !known.includes(one))) {
    problems.push(`timings.${key} is unknown; known are ${known.join(', ')}`);
  }
  const timings = { ...DEFAULT_TIMINGS, ...all };
  return { timings, problems: [...problems, ...timingProblems(timings)] };
}

/** The order of NAVER's own tools (NOTES §7.1). */
function credentialsFrom(env: Environment): Credentials | undefined {
  const accessKey = env['NCLOUD_ACCESS_KEY_ID'] ?? env['NCLOUD_ACCESS_KEY'];
  const secretKey = env['NCLOUD_SECRET_ACCESS_KEY'] ?? env['NCLOUD_SECRET_KEY'];
  return accessKey !== undefined && secretKey !== undefined ? { accessKey, secretKey } : undefined;
}

function timingsFrom(text: string | undefined): Partial<Timings> | undefined {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
