import { chainOf, keysText, type KeysProblem } from '../client/credentials/chain.js';
import type { CredentialsSource } from '../client/credentials/credentials.js';
import { fixedCredentials, ncloudCredentials } from '../client/credentials/ncloud-credentials.js';
import type { Environment } from '../client/environment.js';
import { CLIENT_OPTIONS } from '../client/options.js';
import { checkClientOptions } from '../client/settings.js';
import { TIMING_OPTIONS, timingConflicts, type Timings } from '../contract/timings.js';
import { type Problem, problemsOf, withDefaults } from '../contract/validate.js';
import { givenIn, type GivenOptions, locate, problemsOfGiven, valuesOf } from './given-options.js';
import {
  OWN_OPTIONS,
  PROFILE_OPTIONS,
  type ProfileOptions,
  type ProfileSettings,
} from './profile-options.js';

export interface ProfileProblem {
  /** Absent where the profile is unknown: then no profile may be used. */
  readonly profile?: string;
  /** One sentence with place and remedy. It shows no key. */
  readonly text: string;
  /** Set where the problem is about keys. */
  readonly keys?: KeysProblem;
}

/** Profiles of one source by name, and its problems. */
export interface GivenProfiles {
  readonly profiles: ReadonlyMap<string, GivenOptions>;
  readonly problems: readonly ProfileProblem[];
}

/** Options that belong together: a layer that sets one of them sets all. */
const GROUPS: readonly (readonly string[])[] = [
  ['credentials', 'ncloudProfile'],
  ['ca', 'caFile'],
];

/** Merges layers: the first layer that sets an option, or another one of its group, decides it. */
function merged(layers: readonly GivenOptions[]): GivenOptions {
  let all: GivenOptions = {};
  for (const layer of layers) {
    const isFree = (name: string): boolean =>
      (GROUPS.find((group) => group.includes(name)) ?? [name]).every(
        (one) => all[one] === undefined,
      );
    all = {
      ...all,
      ...Object.fromEntries(Object.entries(layer).filter(([name]) => isFree(name))),
    };
  }
  return all;
}

export interface CheckedProfile {
  readonly settings?: ProfileSettings;
  readonly problems: readonly Pick<ProfileProblem, 'text' | 'keys'>[];
}

interface Surroundings {
  readonly env: Environment;
  readonly warn: (message: string) => void;
}

const pick = <Value>(
  record: Readonly<Record<string, Value>>,
  isTaken: (name: string) => boolean,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => isTaken(name)));

const isOfClient = (name: string): boolean => Object.hasOwn(CLIENT_OPTIONS, name);

/** Settings of a profile, or all its problems, each with place and remedy. Earlier layers come first. */
export function checkProfile(
  layers: readonly GivenOptions[],
  around: Surroundings,
): CheckedProfile {
  const given = pick(merged(layers), (name) => name !== 'timings');
  const options = valuesOf(given);
  const found: readonly Problem[] = [
    ...problemsOf(
      { kind: 'object', options: OWN_OPTIONS },
      pick(options, (name) => !isOfClient(name)),
    ),
    ...checkClientOptions(pick(options, isOfClient)).problems,
    ...bothSources(options),
  ];
  const areKeysWrong = found.some(({ path: [name] }) => KEY_SOURCES.includes(String(name)));
  const source = areKeysWrong ? undefined : sourceOf(options, around);
  const timings = checkTimings(layers);
  const texts = [...found.map((problem) => locate(problem, given)), ...timings.problems];
  const problems = [
    ...texts.map((text) => ({ text })),
    ...(typeof source === 'object' ? [{ text: keysText(source), keys: source }] : []),
  ];
  if (typeof source !== 'function' || problems.length > 0) return { problems };
  const settings: ProfileOptions = pick(options, (name) => name !== 'ncloudProfile');
  return {
    settings: {
      ...withDefaults(PROFILE_OPTIONS, settings),
      ...{ credentials: source, timings: timings.all },
    },
    problems,
  };
}

const KEY_SOURCES: readonly string[] = ['credentials', 'ncloudProfile'];

const bothSources = (options: ProfileOptions): readonly Problem[] =>
  options.credentials === undefined || options.ncloudProfile === undefined
    ? []
    : [
        {
          path: ['credentials'],
          message: 'must not be set beside ncloudProfile: leave one out',
        },
      ];

/**
 * Source of the keys as a function, which shows no key when it is printed; or its problem, if that is known without the
 * network.
 */
function sourceOf(
  { credentials, ncloudProfile }: ProfileOptions,
  { env, warn }: Surroundings,
): CredentialsSource | KeysProblem {
  if (credentials !== undefined && typeof credentials !== 'function')
    return fixedCredentials(credentials, 'the options of the profile');
  const section = ncloudProfile !== undefined && { ncloudProfile };
  const source = credentials ?? ncloudCredentials({ env, warn, ...section });
  return chainOf(source)?.problemNow() ?? source;
}

/** Timings are merged one by one, so that a layer can set a single one. */
function checkTimings(layers: readonly GivenOptions[]): {
  readonly all: Timings;
  readonly problems: readonly string[];
} {
  const read = layers.flatMap(({ timings }) =>
    timings === undefined ? [] : [givenIn(OWN_OPTIONS.timings, timings)],
  );
  const given = merged(read.map((one) => one.given));
  const all = withDefaults(TIMING_OPTIONS, valuesOf(given) as Partial<Timings>);
  const wrong = problemsOfGiven(TIMING_OPTIONS, given, 'timings');
  const conflicts = wrong.length > 0 ? [] : timingConflicts(all);
  return {
    all,
    problems: [
      ...read.flatMap((one) => one.problems),
      ...wrong,
      ...conflicts.map((problem) => locate(problem, given, 'timings')),
    ],
  };
}
