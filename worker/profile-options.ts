import type { ProcessClock } from '../client/http/service-clock.js';
import type { CredentialsSource } from '../client/credentials/credentials.js';
import type { Credentials } from '../client/http/signature.js';
import { CLIENT_OPTIONS } from '../client/options.js';
import { TIMING_OPTIONS, type Timings } from '../contract/timings.js';
import type { Options } from '../contract/validate.js';
import {
  DEFAULT_CALLS_PER_SECOND,
  DEFAULT_STATUS_CALLS_PER_MINUTE,
} from '../polling/rate-limiter.js';

/**
 * How the service is reached, under a name. Profiles exist on the worker only: workflow input may name one, never
 * contain one. Options that are left out come from DATAFLOW_PROFILES_FILE, those of `default` first from the variables
 * named here.
 */
export interface ProfileOptions {
  /** Base URL of the service, with or without `/api/v1`. DATAFLOW_URL. @default 'https://dataflow.apigw.ntruss.com' */
  readonly baseUrl?: string;
  /**
   * A key pair, or a function that returns the present one.
   * @default the keys that NAVER's own tools find: NCLOUD_* of the environment, ~/.ncloud/configure, server role
   */
  readonly credentials?: Credentials | CredentialsSource;
  /**
   * Section of ~/.ncloud/configure with the keys, instead of `credentials`. DATAFLOW_NCLOUD_PROFILE.
   * @default 'DEFAULT'
   */
  readonly ncloudProfile?: string;
  /**
   * Most calls per second of this process under the profile. The limit of the service is UNKNOWN (NOTES §4). After an
   * answer 429 the rate is halved, and then rises slowly. DATAFLOW_CALLS_PER_SECOND. @default 20
   */
  readonly callsPerSecond?: number;
  /**
   * Most of these calls per minute that read ends, capacity, and the jobs of remote workflows. All waits share them, so
   * that few waits see an end sooner than thousands (docs/polling.md). Each end takes a call: the number must be above
   * that of the executions that end in a minute. DATAFLOW_STATUS_CALLS_PER_MINUTE. @default 120
   */
  readonly statusCallsPerMinute?: number;
  /**
   * Timings that differ from the defaults, in ms; each overrides that of DATAFLOW_TIMINGS, a JSON object.
   * @default DEFAULT_TIMINGS
   */
  readonly timings?: Partial<Timings>;
  /** Time limit of one call in ms. DATAFLOW_CALL_TIMEOUT_MS. @default 30000 */
  readonly callTimeoutMs?: number;
  /** Certificates (PEM text) that are trusted besides the public ones. @default only the public ones */
  readonly ca?: string;
  /** File with such certificates, read once; instead of `ca`. DATAFLOW_CA_FILE */
  readonly caFile?: string;
  /**
   * Allows `http:` to other machines: data is then not encrypted on its way. DATAFLOW_ALLOW_PLAIN_HTTP.
   * @default false
   */
  readonly allowPlainHttp?: boolean;
  /** Clocks for tests. @default those of this process */
  readonly clock?: ProcessClock;
}

/** A profile's options with all defaults. When it is printed it shows no key: `credentials` is a function. */
export interface ProfileSettings extends Omit<ProfileOptions, 'ncloudProfile'> {
  readonly baseUrl: string;
  readonly credentials: CredentialsSource;
  readonly callsPerSecond: number;
  readonly statusCallsPerMinute: number;
  readonly timings: Timings;
}

const MAX_CALLS_PER_SECOND = 1_000;
const MAX_STATUS_CALLS_PER_MINUTE = 60 * MAX_CALLS_PER_SECOND;

const { baseUrl, credentials, callTimeoutMs, ca, caFile, allowPlainHttp, clock } = CLIENT_OPTIONS;

/** Options of a profile that the client does not have. */
export const OWN_OPTIONS = {
  ncloudProfile: {
    kind: 'string',
    pattern: /\S/,
    must: 'must be the name of a section of ~/.ncloud/configure',
    about: 'Section of `~/.ncloud/configure` with the keys; instead of `credentials`.',
    unset: 'DEFAULT',
    variable: 'DATAFLOW_NCLOUD_PROFILE',
  },
  callsPerSecond: {
    kind: 'number',
    min: Number.MIN_VALUE,
    max: MAX_CALLS_PER_SECOND,
    must: `must be a number greater than 0, at most ${MAX_CALLS_PER_SECOND}`,
    about: 'Most calls to the service per second, of this process under the profile.',
    default: DEFAULT_CALLS_PER_SECOND,
    variable: 'DATAFLOW_CALLS_PER_SECOND',
  },
  statusCallsPerMinute: {
    kind: 'number',
    min: 1,
    max: MAX_STATUS_CALLS_PER_MINUTE,
    about: 'Most of these calls per minute that watch executions.',
    default: DEFAULT_STATUS_CALLS_PER_MINUTE,
    variable: 'DATAFLOW_STATUS_CALLS_PER_MINUTE',
  },
  timings: {
    kind: 'object',
    options: TIMING_OPTIONS,
    hidesNames: true,
    example: '{"maxListingDelayMs":60000}',
    about:
      'Timings that differ from the defaults; as a variable JSON, e.g. `{"maxListingDelayMs":60000}`.',
    unset: 'the defaults',
    variable: 'DATAFLOW_TIMINGS',
  },
} as const;

/** Checks, defaults and meanings of {@link ProfileOptions}. Each `variable` sets an option of profile `default`. */
export const PROFILE_OPTIONS = {
  ...{ baseUrl, credentials },
  ...OWN_OPTIONS,
  ...{ callTimeoutMs, ca, caFile, allowPlainHttp, clock },
} as const satisfies Options<ProfileOptions>;
