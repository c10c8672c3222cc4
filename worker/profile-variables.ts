import { closestName } from '../client/closest-name.js';
import { type Environment, valueOf } from '../client/environment.js';
import { KEY_VARIABLES, lookInVariables } from '../client/credentials/environment-keys.js';
import { fixedCredentials } from '../client/credentials/ncloud-credentials.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import type { GivenOptions, GivenProfiles } from './given-options.js';
import type { OptionName } from './profile-options.js';

const PREFIX = 'DATAFLOW_PROFILE_';

/** Reads a text; what cannot be read becomes a value that the check of the option refuses. */
type ReadText = (text: string) => unknown;

const asText: ReadText = (text) => text;
const asNumber: ReadText = (text) => (text.trim() === '' ? Number.NaN : Number(text));
const asSwitch: ReadText = (text) =>
  ({ true: true, '1': true, false: false, '0': false })[text.trim().toLowerCase()] ?? text;
const asJson: ReadText = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Last part of a variable's name, and what it gives. */
const SETTINGS: Readonly<Record<string, { readonly option: OptionName; readonly read: ReadText }>> =
  {
    URL: { option: 'baseUrl', read: asText },
    NCLOUD_PROFILE: { option: 'ncloudProfile', read: asText },
    CALLS_PER_SECOND: { option: 'callsPerSecond', read: asNumber },
    TIMINGS: { option: 'timings', read: asJson },
    CALL_TIMEOUT_MS: { option: 'callTimeoutMs', read: asNumber },
    CA_FILE: { option: 'caFile', read: asText },
    ALLOW_PLAIN_HTTP: { option: 'allowPlainHttp', read: asSwitch },
  };
const KEY_ENDS = ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'] as const;
const ENDS = [...Object.keys(SETTINGS), ...KEY_ENDS];

interface Variable {
  readonly variable: string;
  /** Profile it describes, e.g. `payroll-eu` for PAYROLL_EU. */
  readonly profile: string;
  readonly end: string;
}

/** Takes DATAFLOW_PROFILE_PAYROLL_EU_CA_FILE apart; `undefined` when that cannot be done. */
function takeApart(variable: string): Variable | undefined {
  const rest = variable.slice(PREFIX.length);
  const end = ENDS.filter((one) => rest.endsWith(`_${one}`)).sort((a, b) => b.length - a.length)[0];
  const name = end === undefined ? '' : rest.slice(0, -end.length - 1);
  if (end === undefined || !/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(name)) return undefined;
  return { variable, profile: name.toLowerCase().replaceAll('_', '-'), end };
}

/** Each end that a name with a profile of this length could have meant. */
function problemOfVariable(variable: string): string {
  const parts = variable.slice(PREFIX.length).split('_');
  const meant = parts.slice(1).flatMap((_, index) => {
    const end = closestName(parts.slice(index + 1).join('_'), ENDS);
    return end === undefined ? [] : [PREFIX + [...parts.slice(0, index + 1), end].join('_')];
  })[0];
  const advice =
    meant === undefined || meant === variable
      ? `write ${PREFIX}<NAME>_ in capitals and one of ${ENDS.join(', ')}`
      : `did you mean ${meant}?`;
  return `${variable} is no setting of a profile; ${advice}`;
}

/** What the environment says of each profile. Unqualified variables describe `default`. */
export function profilesOfEnvironment(env: Environment): GivenProfiles {
  const set = Object.keys(env).filter((name) => valueOf(env, name) !== undefined);
  const qualified = set.filter((name) => name.startsWith(PREFIX)).sort();
  const read = qualified.map((variable) => takeApart(variable) ?? variable);
  const plain = Object.keys(SETTINGS)
    .map((end) => ({ variable: `DATAFLOW_${end}`, profile: DEFAULT_PROFILE, end }))
    .filter(({ variable }) => set.includes(variable));
  const problems = read.flatMap((one) => (typeof one === 'string' ? [problemOfVariable(one)] : []));
  const profiles = new Map<string, GivenOptions>();
  for (const one of [...plain, ...read.filter((each) => typeof each !== 'string')]) {
    const given = profiles.get(one.profile) ?? {};
    profiles.set(one.profile, given);
    const setting = SETTINGS[one.end];
    if (setting === undefined) continue; // keys are read below, as a pair
    const before = given[setting.option];
    if (before !== undefined)
      problems.push(`${before.place} and ${one.variable} say the same: leave one out`);
    given[setting.option] = { value: setting.read(env[one.variable] ?? ''), place: one.variable };
  }
  for (const [name, given] of profiles) addKeys(name, given, env, problems);
  if (
    Object.values(KEY_VARIABLES)
      .flat()
      .some((name) => set.includes(name)) &&
    !profiles.has(DEFAULT_PROFILE)
  )
    profiles.set(DEFAULT_PROFILE, {});
  return { profiles, problems };
}

/** NCLOUD_* are no keys of a profile's own: the chain finds them. */
function addKeys(name: string, given: GivenOptions, env: Environment, problems: string[]): void {
  const start = `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}_`;
  const [access, secret] = KEY_ENDS.map((end) => start + end) as [string, string];
  const look = lookInVariables(env, { access: [access], secret: [secret] });
  if (look.kind === 'keys')
    given.credentials = { value: fixedCredentials(look.keys, look.place), place: access };
  else if (look.kind !== 'none') problems.push(`profile ${name}: ${look.finding}`);
}
