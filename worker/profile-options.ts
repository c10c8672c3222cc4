import type { ProcessClock } from '../client/http/service-clock.js';
import type { CredentialsSource } from '../client/credentials/credentials.js';
import type { Credentials } from '../client/http/signature.js';
import type { Timings } from '../contract/timings.js';

/**
 * A named way to reach the service. It lives on the worker only: workflow input may name one, never contain one. What
 * is left out is looked for in DATAFLOW_PROFILES_FILE; of `default` first in the variables that are named here.
 */
export interface ProfileOptions {
  /** With or without trailing `/api/v1`. DATAFLOW_URL. @default 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /**
   * A key pair, or where to get the present one.
   * @default where NAVER's own tools find keys: NCLOUD_* of the environment, ~/.ncloud/configure, server role
   */
  readonly credentials?: Credentials | CredentialsSource;
  /** Section of ~/.ncloud/configure that holds the keys; instead of `credentials`. DATAFLOW_NCLOUD_PROFILE */
  readonly ncloudProfile?: string;
  /**
   * Calls per second that all waits and acts of this process may make. The service's own limit is UNKNOWN (NOTES §4):
   * too many are answered 429, and then it makes half as many, slowly more again. DATAFLOW_CALLS_PER_SECOND. @default 20
   */
  readonly callsPerSecond?: number;
  /**
   * Calls per minute, of those, that this process may make to see ends, room for starts, and the jobs of remote workflows.
   * Few waits are watched closely, thousands share the calls (docs/polling.md). Each end takes one: it must be above the
   * number of executions that end in a minute. DATAFLOW_STATUS_CALLS_PER_MINUTE. @default 120
   */
  readonly statusCallsPerMinute?: number;
  /** Timings that differ from the defaults, in ms. DATAFLOW_TIMINGS, a JSON object; both together, these win */
  readonly timings?: Partial<Timings>;
  /** Time limit of one call in ms. DATAFLOW_CALL_TIMEOUT_MS. @default 30000 */
  readonly callTimeoutMs?: number;
  /** Certificates (PEM text) of a company, trusted besides the public ones. */
  readonly ca?: string;
  /** The same in a file, read once. DATAFLOW_CA_FILE */
  readonly caFile?: string;
  /** Allows `http:` to hosts other than this machine: keys and data then travel readable. DATAFLOW_ALLOW_PLAIN_HTTP. @default false */
  readonly allowPlainHttp?: boolean;
  /** The clocks of this process; tests bring their own. */
  readonly clock?: ProcessClock;
}

/** A profile's options with every default filled in. Printed, it shows no key: they are behind a function. */
export interface ProfileSettings extends Omit<ProfileOptions, 'ncloudProfile'> {
  readonly credentials: CredentialsSource;
  readonly callsPerSecond: number;
  readonly statusCallsPerMinute: number;
  readonly timings: Timings;
}

export type OptionName = keyof ProfileOptions;

export const OPTION_NAMES = Object.keys({
  baseUrl: true,
  credentials: true,
  ncloudProfile: true,
  callsPerSecond: true,
  statusCallsPerMinute: true,
  timings: true,
  callTimeoutMs: true,
  ca: true,
  caFile: true,
  allowPlainHttp: true,
  clock: true,
} satisfies Record<OptionName, true>) as readonly OptionName[];
