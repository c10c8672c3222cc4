import { chainOf, keysText, type KeysProblem } from '../client/credentials/chain.js';
import { fixedCredentials, ncloudCredentials } from '../client/credentials/ncloud-credentials.js';
import { type CredentialsSource, problemOfCredentials } from '../client/credentials/credentials.js';
import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { type DataFlowClientOptions, readOptions } from '../client/options.js';
import type { Credentials } from '../client/http/signature.js';
import { DEFAULT_TIMINGS, type Timings, timingProblems } from '../contract/timings.js';
import { unknownOptionText } from '../contract/suggest.js';
import {
  DEFAULT_CALLS_PER_SECOND,
  DEFAULT_STATUS_CALLS_PER_MINUTE,
} from '../polling/rate-limiter.js';
import { type GivenOptions, isPlainObject, type ProfileProblem } from './given-options.js';
import type { OptionName, ProfileOptions, ProfileSettings } from './profile-options.js';

const MAX_CALLS_PER_SECOND = 1_000;
const MAX_STATUS_CALLS_PER_MINUTE = 60 * MAX_CALLS_PER_SECOND;

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const TEXT_RULE = 'must be a string that is not empty';

/** Checks of options that the client does not check. */
const RULES: Partial<
  Record<OptionName, readonly [isGood: (value: unknown) => boolean, rule: string]>
> = {
  baseUrl: [isText, TEXT_RULE],
  ncloudProfile: [isText, `${TEXT_RULE}: a section of ~/.ncloud/configure`],
  ca: [isText, TEXT_RULE],
  caFile: [isText, TEXT_RULE],
  allowPlainHttp: [(value) => typeof value === 'boolean', 'must be true or false'],
  callsPerSecond: [
    (value) => typeof value === 'number' && value > 0 && value <= MAX_CALLS_PER_SECOND,
    `must be a number greater than 0, at most ${MAX_CALLS_PER_SECOND}`,
  ],
  statusCallsPerMinute: [
    (value) => typeof value === 'number' && value >= 1 && value <= MAX_STATUS_CALLS_PER_MINUTE,
    `must be a number from 1 to ${MAX_STATUS_CALLS_PER_MINUTE}`,
  ],
};

/** Options that belong together: a layer that sets one of them sets all. */
const GROUPS: readonly (readonly OptionName[])[] = [
  ['credentials', 'ncloudProfile'],
  ['ca', 'caFile'],
];

/** Merges layers: the first layer that sets an option, or another one of its group, decides it. */
function merged(layers: readonly GivenOptions[]): GivenOptions {
  const all: GivenOptions = {};
  for (const layer of layers) {
    const before = { ...all };
    for (const name of Object.keys(layer) as OptionName[]) {
      const group = GROUPS.find((one) => one.includes(name)) ?? [name];
      const given = layer[name];
      if (given !== undefined && group.every((one) => before[one] === undefined)) all[name] = given;
    }
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

/** Settings of a profile, or all its problems, each with place and remedy. Earlier layers come first. */
export function checkProfile(
  layers: readonly GivenOptions[],
  around: Surroundings,
): CheckedProfile {
  const given = merged(layers);
  const bad = (Object.keys(given) as OptionName[]).filter((name) => {
    const rule = RULES[name];
    return rule !== undefined && !rule[0](given[name]?.value);
  });
  const options = valuesOf(given, bad);
  const timings = mergedTimings(layers);
  const credentials = sourceOf(options, around);
  const keys = typeof credentials === 'function' ? undefined : credentials;
  const clientOptions = valuesOf(given, [...bad, ...OURS]);
  const texts = [
    ...bad.map((name) => `${given[name]?.place ?? name} ${RULES[name]?.[1] ?? ''}`),
    ...problemsOfTimings(timings, layers),
    ...(options.credentials !== undefined && options.ncloudProfile !== undefined
      ? ['credentials and ncloudProfile are both given: leave one out']
      : []),
    ...clientProblems(clientOptions).map((problem) => placed(problem, given)),
  ];
  const problems = [
    ...texts.map((text) => ({ text })),
    ...(keys === undefined ? [] : [{ text: placed(keysText(keys), given), keys }]),
  ];
  if (typeof credentials !== 'function' || problems.length > 0) return { problems };
  const {
    callsPerSecond = DEFAULT_CALLS_PER_SECOND,
    statusCallsPerMinute = DEFAULT_STATUS_CALLS_PER_MINUTE,
  } = options;
  const rates = { callsPerSecond, statusCallsPerMinute };
  return { settings: { ...clientOptions, ...rates, credentials, timings }, problems };
}

/** Options that are not the client's. */
const OURS: readonly OptionName[] = [
  'ncloudProfile',
  'callsPerSecond',
  'statusCallsPerMinute',
  'timings',
];

const valuesOf = (given: GivenOptions, without: readonly OptionName[]): ProfileOptions =>
  Object.fromEntries(
    (Object.keys(given) as OptionName[])
      .filter((name) => !without.includes(name))
      .map((name) => [name, given[name]?.value]),
  );

/**
 * Source of the keys as a function, which shows no key when it is printed; or its problem, if that is known without the
 * network.
 */
function sourceOf(
  { credentials, ncloudProfile }: ProfileOptions,
  { env, warn }: Surroundings,
): CredentialsSource | KeysProblem {
  if (credentials !== undefined && typeof credentials !== 'function') {
    const what = problemOfCredentials(credentials);
    return what === undefined
      ? fixedCredentials(credentials, 'the options of the profile')
      : { noKeys: false, what };
  }
  const section = ncloudProfile !== undefined && { ncloudProfile };
  const source = credentials ?? ncloudCredentials({ env, warn, ...section });
  return chainOf(source)?.problemNow() ?? source;
}

/** Problems of the client's options. Keys are checked separately. */
function clientProblems(options: DataFlowClientOptions): readonly string[] {
  try {
    readOptions({ ...options, credentials: PLACEHOLDER });
    return [];
  } catch (error) {
    if (error instanceof DataFlowInvalidInputError) return error.problems;
    throw error;
  }
}

const PLACEHOLDER: Credentials = { accessKey: 'x', secretKey: 'x' };

/** Replaces the name of an option at the beginning of a problem by the place where the option was set. */
function placed(problem: string, given: GivenOptions): string {
  const name = problem.split(' ', 1)[0] as OptionName;
  const place = given[name]?.place;
  return place === undefined ? problem : place + problem.slice(name.length);
}

/** Timings are merged one by one, so that a layer can set a single one. */
const mergedTimings = (layers: readonly GivenOptions[]): Timings =>
  layers.reduceRight<Timings>((all, { timings }) => {
    const value = timings?.value;
    return isPlainObject(value) ? { ...all, ...value } : all;
  }, DEFAULT_TIMINGS);

function problemsOfTimings(timings: Timings, layers: readonly GivenOptions[]): readonly string[] {
  const known = Object.keys(DEFAULT_TIMINGS);
  const given = layers.flatMap((layer) => (layer.timings === undefined ? [] : [layer.timings]));
  const problems = given.flatMap(({ value, place }) =>
    isPlainObject(value)
      ? Object.keys(value)
          .filter((name) => !known.includes(name))
          .map((name) => `${place}: ${unknownOptionText(name, known)}`)
      : [`${place} must be a JSON object, e.g. {"maxListingDelayMs":60000}`],
  );
  return [...problems, ...timingProblems(timings).map((problem) => `timings: ${problem}`)];
}
