import { chainOf } from '../client/credentials/chain.js';
import { NODE_FILES } from '../client/credentials/watched-file.js';
import { type Environment, valueOf } from '../client/environment.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import { isRecord, type ObjectRule } from '../contract/validate.js';
import { checkProfile, type GivenProfiles, type ProfileProblem } from './check-profile.js';
import { givenIn } from './given-options.js';
import { profilesOfFile } from './profile-file.js';
import { PROFILE_OPTIONS, type ProfileOptions, type ProfileSettings } from './profile-options.js';
import { defaultProfileOf, unknownVariables } from './variables.js';

const RULE: ObjectRule = { kind: 'object', options: PROFILE_OPTIONS, hidesNames: true };
const NOTHING: GivenProfiles = { profiles: new Map(), problems: [] };

export interface ReadProfiles {
  /**
   * Profiles without problems. One that has a problem in one source (code, environment, file) is not completed from
   * another.
   */
  readonly settings: ReadonlyMap<string, ProfileSettings>;
  readonly problems: readonly ProfileProblem[];
}

/**
 * Settings of all profiles of a worker, and all their problems. If `profiles` is given, no others exist, and options
 * that they leave out come from the environment (`default` only) and the file. Otherwise the profiles of the file
 * exist, and `default` if variables describe it or the file describes none.
 */
export function readProfiles(
  profiles: Readonly<Record<string, ProfileOptions>> | undefined,
  env: Environment,
  warn: (message: string) => void,
): ReadProfiles {
  const path = valueOf(env, 'DATAFLOW_PROFILES_FILE');
  const once = onceEach(warn);
  const inCode = profiles === undefined ? NOTHING : profilesOfCode(profiles);
  const inEnv = profilesOfEnvironment(env);
  const inFile =
    path === undefined ? NOTHING : profilesOfFile({ path, files: NODE_FILES, warn: once });
  const layers = [inCode, inEnv, inFile];
  const problems = layers.flatMap((layer) => layer.problems);
  const isIncomplete = (name: string): boolean =>
    problems.some(({ profile }) => profile === undefined || profile === name);
  const settings = new Map<string, ProfileSettings>();
  for (const name of namesOf(profiles, inEnv, inFile)) {
    const given = layers.map((layer) => layer.profiles.get(name) ?? {});
    const checked = checkProfile(given, { env, warn: once });
    if (checked.settings !== undefined && !isIncomplete(name)) settings.set(name, checked.settings);
    for (const problem of checked.problems)
      problems.push({ ...problem, profile: name, text: `profile ${name}: ${problem.text}` });
  }
  return { settings, problems };
}

function namesOf(
  inCode: Readonly<Record<string, ProfileOptions>> | undefined,
  inEnv: GivenProfiles,
  inFile: GivenProfiles,
): ReadonlySet<string> {
  if (inCode !== undefined) return new Set(Object.keys(inCode));
  const named = new Set([...inEnv.profiles.keys(), ...inFile.profiles.keys()]);
  const isBroken = inFile.problems.length > 0 || inEnv.problems.length > 0;
  return named.size > 0 || isBroken ? named : new Set([DEFAULT_PROFILE]);
}

function profilesOfEnvironment(env: Environment): GivenProfiles {
  const given = defaultProfileOf(env);
  return {
    profiles: new Map(given === undefined ? [] : [[DEFAULT_PROFILE, given]]),
    problems: unknownVariables(env).map((text) => ({ text })),
  };
}

function profilesOfCode(profiles: Readonly<Record<string, ProfileOptions>>): GivenProfiles {
  if (!isRecord(profiles) || Object.keys(profiles).length === 0)
    return {
      profiles: new Map(),
      problems: [
        {
          text: 'profiles must be an object with at least one profile; leave it out to use environment and file',
        },
      ],
    };
  const read = Object.entries(profiles).map(
    ([name, options]) => [name, givenIn(RULE, { value: options, name: '' })] as const,
  );
  return {
    profiles: new Map(read.map(([name, { given }]) => [name, given])),
    problems: read.flatMap(([name, found]) =>
      found.problems.map((problem) => ({ profile: name, text: `profile ${name}: ${problem}` })),
    ),
  };
}

/** Passes each message on once: two profiles may read one file. */
function onceEach(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    warn(message);
  };
}

/**
 * Problems of profiles without keys, each as a sentence. Calls the metadata service if environment and file have no
 * keys; does not call functions of the user.
 */
export async function profilesWithoutKeys(
  settings: ReadonlyMap<string, ProfileSettings>,
): Promise<readonly string[]> {
  const found = await Promise.all(
    Array.from(settings, async ([name, { credentials }]) => {
      const report = await chainOf(credentials)?.report();
      return report?.found === false ? [`profile ${name}: ${report.text}`] : [];
    }),
  );
  return found.flat();
}
