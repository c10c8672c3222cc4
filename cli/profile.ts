import type { DataFlowClient } from '../client/client.js';
import { keysText, type KeysProblem } from '../client/credentials/chain.js';
import { suggest } from '../contract/suggest.js';
import { reportCredentials } from '../client/credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { DEFAULT_BASE_URL } from '../client/http/origin.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import { openProfile } from '../worker/open-profile.js';
import type { ProfileProblem } from '../worker/given-options.js';
import type { ProfileSettings } from '../worker/profile-options.js';
import { readProfiles } from '../worker/read-profiles.js';
import { CommandFailed } from './command-failed.js';
import { say } from './output.js';

/** Neither environment nor file describes the profile. */
export class NoSuchProfile extends DataFlowInvalidInputError {}

/** What is wrong with the profile that is to be used, or with the places where profiles are described. */
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

/** The profile has no keys that can be used. */
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

/** A command may read a profile, or open it, more than once. */
function sayOnce(text: string): void {
  if (!said.has(text)) say(text);
  said.add(text);
}

const warn = (message: string): void => {
  sayOnce(`dataflow: ${message}`);
};

/**
 * Settings of the profile that `--profile` names, as a worker of this environment would read them. What is wrong
 * with other profiles is no matter here.
 * @throws NoSuchProfile naming those that there are; ProfileInvalid naming every problem of it and of the
 * places where profiles are described; KeysMissing where all that is wrong is that there are no keys
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
        ? `there is ${known.join(', ')}`
        : 'none is described';
  return `--profile: there is no profile ${JSON.stringify(name.slice(0, 40))}; ${advice}`;
}

/**
 * Opens the service by a profile, its budget of calls included, for as long as `body` takes. Says on stderr where calls
 * go and with which key.
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
  const { baseUrl = DEFAULT_BASE_URL } = settings;
  sayOnce(`profile ${name}: ${baseUrl}, key ${keyId ?? 'unknown'} from ${place ?? 'elsewhere'}`);
  const opened = openProfile(name, settings, warn);
  try {
    return await body(opened.client);
  } finally {
    await opened.close();
  }
}
