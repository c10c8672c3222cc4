import type { DataFlowClient } from '../client/client.js';
import { keysText, type KeysProblem } from '../client/credentials/chain.js';
import { suggest } from '../contract/suggest.js';
import { reportCredentials } from '../client/credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import { openProfile } from '../worker/open-profile.js';
import type { ProfileProblem } from '../worker/check-profile.js';
import type { ProfileSettings } from '../worker/profile-options.js';
import { readProfiles } from '../worker/read-profiles.js';
import { CommandFailed } from './command-failed.js';
import { say } from './output.js';

/** Neither the environment nor a file describes the profile. */
export class NoSuchProfile extends DataFlowInvalidInputError {}

/** Problems of the profile, or of the environment and the file that describe profiles. */
export class ProfileInvalid extends DataFlowInvalidInputError {
  readonly found: readonly ProfileProblem[];

  constructor(found: readonly ProfileProblem[]) {
    super(
      'profile',
      found.map(({ text }) => text),
    );
    this.found = found;
  }
}

/** The profile has no usable keys. */
export class KeysMissing extends CommandFailed {
  readonly problem: KeysProblem;

  constructor(profile: string, problem: KeysProblem) {
    super(exitOfKeys(problem), `profile ${profile}: ${keysText(problem)}`);
    this.problem = problem;
  }
}

export const exitOfKeys = ({ noKeys }: KeysProblem): 'unauthorised' | 'invalid' =>
  noKeys ? 'unauthorised' : 'invalid';

const said = new Set<string>();

/** A command may read or open a profile more than once; its messages are printed once. */
function sayOnce(text: string): void {
  if (!said.has(text)) say(text);
  said.add(text);
}

const warn = (message: string): void => {
  sayOnce(`dataflow: ${message}`);
};

/**
 * Settings of the profile that `--profile` names, as a worker of this environment reads them. Problems of other
 * profiles are ignored.
 * @throws NoSuchProfile naming the profiles that exist; ProfileInvalid naming all problems of this profile and of the
 * environment and the file; KeysMissing where the only problem is that there are no keys
 */
export function readNamedProfile(name: string = DEFAULT_PROFILE): ProfileSettings {
  const { settings, problems } = readProfiles(undefined, process.env, warn);
  const found = settings.get(name);
  if (found !== undefined) return found;
  const own = problems.filter(({ profile = name }) => profile === name);
  const [keys] = own.flatMap((problem) => problem.keys ?? []);
  if (own.length === 1 && keys?.noKeys === true) throw new KeysMissing(name, keys);
  if (own.length > 0) throw new ProfileInvalid(own);
  const described = problems.flatMap(({ profile }) => profile ?? []);
  const known = [...new Set([...settings.keys(), ...described])];
  throw new NoSuchProfile('profile', [unknown(name, known)]);
}

function unknown(name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  const advice =
    meant !== undefined
      ? `did you mean ${meant}?`
      : known.length > 0
        ? `known are ${known.join(', ')}`
        : 'none is described';
  return `--profile: there is no profile ${JSON.stringify(name.slice(0, 40))}; ${advice}`;
}

/**
 * Opens a client of a profile, with its rate limit, for as long as `body` takes. Prints the profile, the address and
 * the shortened key on stderr.
 * @throws as readNamedProfile; KeysMissing where no place has keys that can be used
 */
export async function withService<T>(
  profile: string | undefined,
  body: (client: DataFlowClient) => Promise<T>,
): Promise<T> {
  const name = profile ?? DEFAULT_PROFILE;
  const settings = readNamedProfile(name);
  const { problem, keyId, place } = await reportCredentials(settings.credentials);
  if (problem !== undefined) throw new KeysMissing(name, problem);
  const key = `key ${keyId ?? 'unknown'} from ${place ?? 'elsewhere'}`;
  sayOnce(`profile ${name}: ${settings.baseUrl}, ${key}`);
  const opened = openProfile(name, settings, warn);
  try {
    return await body(opened.client);
  } finally {
    await opened.close();
  }
}
