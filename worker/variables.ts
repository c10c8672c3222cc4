import { suggest } from '../contract/suggest.js';
import { type Environment, valueOf } from '../client/environment.js';
import { DEFAULT_BASE_URL } from '../client/http/origin.js';

/** What a variable sets, for help and documentation. */
interface Variable {
  readonly about: string;
  /** What holds while it is unset; absent: nothing does. */
  readonly unset?: string;
}

const PREFIX = 'DATAFLOW_';
/** Begins the variables of one profile, `DATAFLOW_PROFILE_<NAME>_…`. */
export const PROFILE_PREFIX = `${PREFIX}PROFILE_`;

/** Settings of a profile: after `DATAFLOW_` those of `default`, after `DATAFLOW_PROFILE_<NAME>_` those of that profile. */
export const PROFILE_SETTINGS = {
  URL: { about: 'base URL of the service', unset: DEFAULT_BASE_URL },
  NCLOUD_PROFILE: { about: 'section of ~/.ncloud/configure', unset: 'DEFAULT' },
  CALLS_PER_SECOND: { about: 'calls to the service per second', unset: '5' },
  TIMINGS: { about: 'timings that differ, as JSON, e.g. {"maxListingDelayMs":60000}' },
  CALL_TIMEOUT_MS: { about: 'time limit of one call in ms', unset: '30000' },
  CA_FILE: { about: 'PEM file of certificates that are trusted besides the public ones' },
  ALLOW_PLAIN_HTTP: { about: 'true allows http: to other machines', unset: 'false' },
} as const satisfies Record<string, Variable>;

/** Keys of a named profile. Those of `default` are `NCLOUD_*`. */
export const PROFILE_KEYS = {
  ACCESS_KEY_ID: { about: 'access key id of the profile' },
  SECRET_ACCESS_KEY: { about: 'secret key of the profile' },
} as const satisfies Record<string, Variable>;

/** Settings of a process, whatever its profiles. */
export const PROCESS_SETTINGS = {
  TASK_QUEUE: { about: 'task queue', unset: 'dataflow' },
  PROFILES_FILE: { about: 'file of profiles, YAML or JSON: a map of names to options' },
  MAX_ACTIVITIES: { about: 'waits and other activities at once', unset: '1000' },
  MAX_CACHED_WORKFLOWS: { about: 'workflows kept in memory between their steps', unset: '500' },
  HEALTH_PORT: { about: 'port of /livez, /readyz and /metrics; 0 is a free one, told in the log' },
  HEALTH_HOST: { about: 'address that it listens on', unset: 'every one' },
  READY_WITHIN_MS: {
    about: '/readyz: how long ago Temporal and the service may have answered last',
    unset: '60000',
  },
  LOG_LEVEL: { about: 'trace, debug, info, warn or error; JSON lines on stderr', unset: 'info' },
  ALLOW_REMOTE_TEMPORAL: {
    about: 'dataflow dev: 1 allows a TEMPORAL_ADDRESS that is not on this machine',
  },
} as const satisfies Record<string, Variable>;

/** All variables of ours but those of named profiles: name and meaning. */
export const VARIABLES: Readonly<Record<string, Variable>> = Object.fromEntries(
  Object.entries({ ...PROCESS_SETTINGS, ...PROFILE_SETTINGS }).map(([name, variable]) => [
    PREFIX + name,
    variable,
  ]),
);

/** Keys of `default` that somebody looks for under our own prefix. */
const KEYS_OF_DEFAULT: Readonly<Record<string, string>> = {
  DATAFLOW_ACCESS_KEY_ID: 'NCLOUD_ACCESS_KEY_ID',
  DATAFLOW_SECRET_ACCESS_KEY: 'NCLOUD_SECRET_ACCESS_KEY',
};

/** The last part of a variable of a profile. */
export type ProfileSetting = keyof typeof PROFILE_SETTINGS;
type ProfileEnd = ProfileSetting | keyof typeof PROFILE_KEYS;

const PROFILE_ENDS = Object.keys({ ...PROFILE_SETTINGS, ...PROFILE_KEYS }) as ProfileEnd[];

/** A variable of a named profile, e.g. `payroll-eu` for PAYROLL_EU. */
export interface ProfileVariable {
  readonly variable: string;
  readonly profile: string;
  readonly end: ProfileEnd;
}

/** Takes DATAFLOW_PROFILE_PAYROLL_EU_CA_FILE apart; `undefined` where it is no such name. */
function takeApart(variable: string): ProfileVariable | undefined {
  const rest = variable.slice(PROFILE_PREFIX.length);
  const [end] = PROFILE_ENDS.filter((one) => rest.endsWith(`_${one}`)).sort(
    (one, other) => other.length - one.length,
  );
  const name = end === undefined ? '' : rest.slice(0, -end.length - 1);
  if (end === undefined || !/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(name)) return undefined;
  return { variable, profile: name.toLowerCase().replaceAll('_', '-'), end };
}

/**
 * What Kubernetes puts into every container for a Service whose name begins with `dataflow`:
 * DATAFLOW_SERVICE_HOST, DATAFLOW_SERVICE_PORT_HTTP, DATAFLOW_PORT_8080_TCP_ADDR, DATAFLOW_PORT=tcp://…
 */
const isOfKubernetes = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
  (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value));

/** The variables that are set and begin with our prefix, in whatever case, sorted. */
function namesIn(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => {
      const value = valueOf(env, name);
      return value !== undefined && /^dataflow_/i.test(name) && !isOfKubernetes(name, value);
    })
    .sort();
}

/** The variables of named profiles that are set. Names that are none are told by {@link unknownVariables}. */
export const profileVariables = (env: Environment): readonly ProfileVariable[] =>
  namesIn(env).flatMap((name) => (name.startsWith(PROFILE_PREFIX) ? (takeApart(name) ?? []) : []));

/**
 * Each variable that begins with `DATAFLOW_` and is none of ours, as a sentence with the name that was meant. One that is
 * passed over would leave a default in force, and the default URL is production.
 */
export function unknownVariables(env: Environment): readonly string[] {
  return namesIn(env).flatMap((name) => {
    if (name.startsWith(PROFILE_PREFIX))
      return takeApart(name) === undefined ? [problemOfProfileVariable(name)] : [];
    return Object.hasOwn(VARIABLES, name) ? [] : [problemOfVariable(name)];
  });
}

const KNOWN = Object.keys(VARIABLES).map((name) => name.slice(PREFIX.length));

/** Compared without the prefix, which every name has. */
function closestVariable(name: string): string | undefined {
  const meant = suggest(name.slice(PREFIX.length), KNOWN);
  return meant && PREFIX + meant;
}

function problemOfVariable(name: string): string {
  const meant = closestVariable(name);
  const key = KEYS_OF_DEFAULT[name];
  const advice =
    key !== undefined
      ? `the keys of profile default are ${key} and its partner`
      : meant === undefined
        ? `unset it; known are ${Object.keys(VARIABLES).join(', ')} and ${PROFILE_PREFIX}<NAME>_…`
        : `did you mean ${meant}?`;
  return `unknown variable ${name}; ${advice}`;
}

/** Each end that a name with a profile of this length could have meant. */
function problemOfProfileVariable(name: string): string {
  const parts = name.slice(PROFILE_PREFIX.length).split('_');
  const [meant = closestVariable(name)] = parts.slice(1).flatMap((_, index) => {
    const end = suggest(parts.slice(index + 1).join('_'), PROFILE_ENDS);
    return end === undefined
      ? []
      : [PROFILE_PREFIX + [...parts.slice(0, index + 1), end].join('_')];
  });
  const advice =
    meant === undefined || meant === name
      ? `write ${PROFILE_PREFIX}<NAME>_ in capitals and one of ${PROFILE_ENDS.join(', ')}`
      : `did you mean ${meant}?`;
  return `unknown profile variable ${name}; ${advice}`;
}

const NAME_WIDTH = 30;

/** Names with what they set, a line each, as help shows them. */
export const variablesHelp = (names: readonly string[]): string =>
  names
    .map((name) => {
      const { about, unset } = VARIABLES[name] ?? { about: '' };
      return `  ${name.padEnd(NAME_WIDTH)} ${about}${unset === undefined ? '' : `  [${unset}]`}`;
    })
    .join('\n');
