import { suggest } from '../contract/suggest.js';
import { lookInVariables } from '../client/credentials/environment-keys.js';
import { type Environment, valueOf } from '../client/environment.js';
import { DEFAULT_BASE_URL } from '../client/http/origin.js';
import {
  DEFAULT_CALLS_PER_SECOND,
  DEFAULT_STATUS_CALLS_PER_MINUTE,
} from '../polling/rate-limiter.js';
import type { GivenOptions } from './given-options.js';
import type { OptionName } from './profile-options.js';

interface Variable {
  readonly about: string;
  /** Default; absent where there is none. */
  readonly unset?: string;
}

const PREFIX = 'DATAFLOW_';

/** A variable for an option of profile `default`. */
interface ProfileVariable extends Variable {
  readonly option: OptionName;
  /** Parses the text. A text that cannot be parsed becomes a value that the check of the option refuses. */
  readonly read: (text: string) => unknown;
}

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown => (text.trim() === '' ? Number.NaN : Number(text));
const asSwitch = (text: string): unknown =>
  ({ true: true, '1': true, false: false, '0': false })[text.trim().toLowerCase()] ?? text;
const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/**
 * Variables of profile `default` by name without prefix. Its keys are in `NCLOUD_*`; other profiles have no variables.
 */
const PROFILE_SETTINGS: Readonly<Record<string, ProfileVariable>> = {
  URL: {
    ...{ option: 'baseUrl', read: asText },
    ...{ about: 'base URL of the service', unset: DEFAULT_BASE_URL },
  },
  NCLOUD_PROFILE: {
    ...{ option: 'ncloudProfile', read: asText },
    ...{ about: 'section of ~/.ncloud/configure', unset: 'DEFAULT' },
  },
  CALLS_PER_SECOND: {
    ...{ option: 'callsPerSecond', read: asNumber },
    ...{ about: 'calls to the service per second', unset: String(DEFAULT_CALLS_PER_SECOND) },
  },
  STATUS_CALLS_PER_MINUTE: {
    ...{ option: 'statusCallsPerMinute', read: asNumber },
    ...{
      about: 'most of these calls per minute that watch executions',
      unset: String(DEFAULT_STATUS_CALLS_PER_MINUTE),
    },
  },
  TIMINGS: {
    ...{ option: 'timings', read: asJson },
    about: 'timings that differ from the defaults, as JSON, e.g. {"maxListingDelayMs":60000}',
  },
  CALL_TIMEOUT_MS: {
    ...{ option: 'callTimeoutMs', read: asNumber },
    ...{ about: 'time limit of one call in ms', unset: '30000' },
  },
  CA_FILE: {
    ...{ option: 'caFile', read: asText },
    about: 'PEM file of certificates to trust besides the public ones',
  },
  ALLOW_PLAIN_HTTP: {
    ...{ option: 'allowPlainHttp', read: asSwitch },
    ...{ about: 'true allows http: to other machines', unset: 'false' },
  },
};

/** Variables of a process, independent of profiles. */
const PROCESS_SETTINGS: Readonly<Record<string, Variable>> = {
  TASK_QUEUE: { about: 'task queue', unset: 'dataflow' },
  PROFILES_FILE: { about: 'file of profiles, YAML or JSON: a map of names to options' },
  MAX_ACTIVITIES: { about: 'most activities at once; waits take no slot', unset: '1000' },
  MAX_CACHED_WORKFLOWS: { about: 'most workflows in the cache', unset: '500' },
  HEALTH_PORT: { about: 'port of /livez, /readyz and /metrics; 0 takes a free port, see the log' },
  HEALTH_HOST: { about: 'address of that port', unset: 'all addresses' },
  READY_WITHIN_MS: {
    about: '/readyz: largest age in ms of the last answers of Temporal and the service',
    unset: '60000',
  },
  LOG_LEVEL: { about: 'trace, debug, info, warn or error; JSON lines on stderr', unset: 'info' },
  ALLOW_REMOTE_TEMPORAL: {
    about: 'dataflow dev: 1 allows a TEMPORAL_ADDRESS on another machine',
  },
};

/** All variables of this package by name. */
export const VARIABLES: Readonly<Record<string, Variable>> = Object.fromEntries(
  Object.entries({ ...PROCESS_SETTINGS, ...PROFILE_SETTINGS }).map(([name, variable]) => [
    PREFIX + name,
    variable,
  ]),
);

/** Names that users may expect for the keys of `default`, and the right ones. */
const KEYS_OF_DEFAULT: Readonly<Record<string, string>> = {
  DATAFLOW_ACCESS_KEY_ID: 'NCLOUD_ACCESS_KEY_ID',
  DATAFLOW_SECRET_ACCESS_KEY: 'NCLOUD_SECRET_ACCESS_KEY',
};

/**
 * Variables that Kubernetes sets in every container for a Service whose name begins with `dataflow`:
 * DATAFLOW_SERVICE_HOST, DATAFLOW_SERVICE_PORT_HTTP, DATAFLOW_PORT_8080_TCP_ADDR, DATAFLOW_PORT=tcp://…
 */
const isOfKubernetes = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
  (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value));

/** Names of set variables that begin with our prefix in any case, sorted. */
function namesIn(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => {
      const value = valueOf(env, name);
      return value !== undefined && /^dataflow_/i.test(name) && !isOfKubernetes(name, value);
    })
    .sort();
}

/**
 * Problems of unknown variables that begin with `DATAFLOW_`, each with the closest known name. If they were ignored, a
 * default would apply, and the default URL is production.
 */
export const unknownVariables = (env: Environment): readonly string[] =>
  namesIn(env)
    .filter((name) => !Object.hasOwn(VARIABLES, name))
    .map((name) => `unknown variable ${name}; ${adviceOn(name)}`);

const KNOWN = Object.keys(VARIABLES).map((name) => name.slice(PREFIX.length));

/** The closest known name, compared without the prefix. */
function closestVariable(name: string): string | undefined {
  const meant = suggest(name.slice(PREFIX.length), KNOWN);
  return meant && PREFIX + meant;
}

const FILE = `${PREFIX}PROFILES_FILE`;

function adviceOn(name: string): string {
  const key = KEYS_OF_DEFAULT[name];
  if (key !== undefined) return `the keys of profile default are ${key} and its partner`;
  const meant = closestVariable(name);
  if (/^dataflow_profile_/i.test(name) && meant !== FILE)
    return `variables describe profile default only: describe other profiles in the file that ${FILE} names`;
  return meant === undefined
    ? `unset it; known are ${Object.keys(VARIABLES).join(', ')}`
    : `did you mean ${meant}?`;
}

/** Options of profile `default` from the environment; undefined if no variable sets an option or a key. */
export function defaultProfileOf(env: Environment): GivenOptions | undefined {
  const given: GivenOptions = {};
  for (const [end, { option, read }] of Object.entries(PROFILE_SETTINGS)) {
    const place = PREFIX + end;
    const text = valueOf(env, place);
    if (text !== undefined) given[option] = { value: read(text), place };
  }
  const isDescribed = Object.keys(given).length > 0 || lookInVariables(env).kind !== 'none';
  return isDescribed ? given : undefined;
}

const NAME_WIDTH = 32;

/** Help about variables, a line for each. */
export const variablesHelp = (names: readonly string[]): string =>
  names
    .map((name) => {
      const { about, unset } = VARIABLES[name] ?? { about: '' };
      return `  ${name.padEnd(NAME_WIDTH)}  ${about}${unset === undefined ? '' : `  [${unset}]`}`;
    })
    .join('\n');
