import { type Environment, valueOf } from '../client/environment.js';
import { KEY_VARIABLES, lookInVariables } from '../client/credentials/environment-keys.js';
import { fixedCredentials } from '../client/credentials/ncloud-credentials.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import type { GivenOptions, GivenProfiles, ProfileProblem } from './given-options.js';
import type { OptionName } from './profile-options.js';
import {
  PROFILE_PREFIX,
  type ProfileSetting,
  profileVariables,
  unknownVariables,
} from './variables.js';

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

/** Which option a setting gives. */
const SETTINGS: Readonly<
  Record<ProfileSetting, { readonly option: OptionName; readonly read: ReadText }>
> = {
  URL: { option: 'baseUrl', read: asText },
  NCLOUD_PROFILE: { option: 'ncloudProfile', read: asText },
  CALLS_PER_SECOND: { option: 'callsPerSecond', read: asNumber },
  TIMINGS: { option: 'timings', read: asJson },
  CALL_TIMEOUT_MS: { option: 'callTimeoutMs', read: asNumber },
  CA_FILE: { option: 'caFile', read: asText },
  ALLOW_PLAIN_HTTP: { option: 'allowPlainHttp', read: asSwitch },
};

const isSetting = (end: string): end is ProfileSetting => Object.hasOwn(SETTINGS, end);

/** Options of each profile from the environment. Unqualified variables describe `default`. */
export function profilesOfEnvironment(env: Environment): GivenProfiles {
  const plain = Object.keys(SETTINGS)
    .map((end) => ({ variable: `DATAFLOW_${end}`, profile: DEFAULT_PROFILE, end }))
    .filter(({ variable }) => valueOf(env, variable) !== undefined);
  const problems: ProfileProblem[] = unknownVariables(env).map((text) => ({ text }));
  const profiles = new Map<string, GivenOptions>();
  for (const { profile, variable, end } of [...plain, ...profileVariables(env)]) {
    const given = profiles.get(profile) ?? {};
    profiles.set(profile, given);
    if (!isSetting(end)) continue; // keys are read below, as a pair
    const { option, read } = SETTINGS[end];
    const before = given[option];
    if (before !== undefined)
      problems.push({
        profile,
        text: `${before.place} and ${variable} say the same: leave one out`,
      });
    given[option] = { value: read(env[variable] ?? ''), place: variable };
  }
  for (const [profile, given] of profiles) {
    const problem = addKeys(profile, given, env);
    if (problem !== undefined) problems.push({ profile, text: `profile ${profile}: ${problem}` });
  }
  const hasKeys = Object.values(KEY_VARIABLES)
    .flat()
    .some((name) => valueOf(env, name) !== undefined);
  if (hasKeys && !profiles.has(DEFAULT_PROFILE)) profiles.set(DEFAULT_PROFILE, {});
  return { profiles, problems };
}

/** What is wrong with the profile's own pair. NCLOUD_* are no keys of a profile's own: the chain finds them. */
function addKeys(profile: string, given: GivenOptions, env: Environment): string | undefined {
  const start = `${PROFILE_PREFIX}${profile.toUpperCase().replaceAll('-', '_')}_`;
  const access = `${start}ACCESS_KEY_ID`;
  const secret = `${start}SECRET_ACCESS_KEY`;
  const look = lookInVariables(env, { access: [access], secret: [secret] });
  if (look.kind === 'keys')
    given.credentials = { value: fixedCredentials(look.keys, look.place), place: access };
  return look.kind === 'keys' || look.kind === 'none' ? undefined : look.finding;
}
