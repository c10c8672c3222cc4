import type { DataFlowClient } from '../client/client.js';
import { closestName } from '../client/closest-name.js';
import { reportCredentials } from '../client/credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import { openProfile } from '../worker/open-profile.js';
import type { ProfileSettings } from '../worker/profile-options.js';
import { readProfiles } from '../worker/read-profiles.js';
import { CommandFailed } from './command-failed.js';
import { say } from './output.js';

/**
 * Settings of the profile that `--profile` names, as a worker of this environment would read them. What is wrong
 * with other profiles is no matter here.
 * @throws DataFlowInvalidInputError naming every problem of it, or the profiles that there are; CommandFailed where
 * all that is wrong is that there are no keys
 */
export function readNamedProfile(name: string = DEFAULT_PROFILE): ProfileSettings {
  const { settings, problems } = readProfiles(undefined, process.env, (message) => {
    say(`dataflow: ${message}`);
  });
  const found = settings.get(name);
  if (found !== undefined) return found;
  const own = problems.filter((problem) => problem.startsWith(`profile ${name}: `));
  if (own.length > 0 && own.every((problem) => problem.includes(': no credentials: ')))
    throw new CommandFailed('unauthorised', ...own);
  if (own.length > 0) throw new DataFlowInvalidInputError('profile', own);
  const general = problems.filter((problem) => !problem.startsWith('profile '));
  throw new DataFlowInvalidInputError('profile', [...general, unknown(name, [...settings.keys()])]);
}

function unknown(name: string, known: readonly string[]): string {
  const meant = closestName(name, known);
  const advice = meant === undefined ? `there is ${known.join(', ')}` : `did you mean ${meant}?`;
  return `--profile: there is no profile ${JSON.stringify(name.slice(0, 40))}; ${advice}`;
}

/**
 * Opens the service by a profile, its budget of calls included, for as long as `body` takes.
 * @throws as readNamedProfile; CommandFailed where no place has keys
 */
export async function withService<T>(
  profile: string | undefined,
  body: (client: DataFlowClient) => Promise<T>,
): Promise<T> {
  const settings = readNamedProfile(profile);
  const { found, text } = await reportCredentials(settings.credentials);
  if (found === false)
    throw new CommandFailed('unauthorised', `profile ${profile ?? DEFAULT_PROFILE}: ${text}`);
  const opened = openProfile(profile ?? DEFAULT_PROFILE, settings, (message) => {
    say(`dataflow: ${message}`);
  });
  try {
    return await body(opened.client);
  } finally {
    await opened.close();
  }
}
