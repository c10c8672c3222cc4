import { suggest } from '../contract/suggest.js';
import {
  type AnyOption,
  defaultText,
  helpText,
  type OptionTable,
  valueOfText,
} from '../contract/validate.js';
import { lookInVariables } from '../client/credentials/environment-keys.js';
import { type Environment, valueOf } from '../client/environment.js';
import type { GivenOptions } from './given-options.js';
import { PROFILE_OPTIONS } from './profile-options.js';
import { WORKER_OPTIONS } from './worker-options.js';

const PREFIX = 'DATAFLOW_';

const DEV_OPTIONS = {
  allowRemoteTemporal: {
    kind: 'choice',
    choices: { 1: 'it may' },
    about: 'For `dataflow dev`: whether TEMPORAL_ADDRESS may be on another machine.',
    unset: 'it must be on this one',
    variable: 'DATAFLOW_ALLOW_REMOTE_TEMPORAL',
  },
} as const satisfies OptionTable;

/** The options of a table that have a variable, by its name. */
const withVariable = (options: OptionTable): Readonly<Record<string, AnyOption>> =>
  Object.fromEntries(
    Object.values(options).flatMap((option) =>
      option.variable === undefined ? [] : [[option.variable, option] as const],
    ),
  );

/**
 * The tables of options with variables. Those of a profile are of `default`: other profiles have no variables, and keys
 * are in `NCLOUD_*`.
 */
export const VARIABLE_TABLES: readonly OptionTable[] = [
  WORKER_OPTIONS,
  DEV_OPTIONS,
  PROFILE_OPTIONS,
];

/** All variables of this package by name. */
export const VARIABLES: Readonly<Record<string, AnyOption>> = Object.fromEntries(
  VARIABLE_TABLES.flatMap((options) => Object.entries(withVariable(options))),
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

/** The options of a table that variables set. A text that cannot be read becomes a value that the check refuses. */
export const givenInVariables = (options: OptionTable, env: Environment): GivenOptions =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) => {
      const { variable } = option;
      const text = variable === undefined ? undefined : valueOf(env, variable);
      return text === undefined || variable === undefined
        ? []
        : [[name, { value: valueOfText(option, text), name: variable }] as const];
    }),
  );

/** Options of profile `default` from the environment; undefined if no variable sets an option or a key. */
export function defaultProfileOf(env: Environment): GivenOptions | undefined {
  const given = givenInVariables(PROFILE_OPTIONS, env);
  const isDescribed = Object.keys(given).length > 0 || lookInVariables(env).kind !== 'none';
  return isDescribed ? given : undefined;
}

const NAME_WIDTH = 32;

/** Help about the variables of tables, a line for each. */
export const variablesHelp = (...tables: readonly OptionTable[]): string =>
  tables
    .flatMap((options) => Object.entries(withVariable(options)))
    .map(
      ([name, option]) =>
        `  ${name.padEnd(NAME_WIDTH)}  ${helpText(option)}  [${defaultText(option)}]`,
    )
    .join('\n');
