import { reportCredentials } from '../../client/credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { DEFAULT_BASE_URL } from '../../client/origin.js';
import { CommandFailed } from '../command-failed.js';
import { readNamedProfile, withService } from '../profile.js';
import { type Finding, ok, problem } from './finding.js';
import { findService } from './service.js';

const KEYS_REMEDY =
  'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or write them into ~/.ncloud/configure';

/** Keys of a profile and where they come from; then what the service says to them. */
export async function findProfile(profile: string): Promise<readonly Finding[]> {
  try {
    const { baseUrl = DEFAULT_BASE_URL, credentials } = readNamedProfile(profile);
    const { found, text } = await reportCredentials(credentials);
    if (found === false) return [problem('credentials', 'unauthorised', text, KEYS_REMEDY)];
    const service = await withService(profile, (client) => findService(client, baseUrl));
    return [ok('credentials', `profile ${profile}: ${text}`), ...service];
  } catch (error) {
    if (error instanceof CommandFailed)
      return [problem('credentials', error.exit, error.message, KEYS_REMEDY)];
    if (!(error instanceof DataFlowInvalidInputError)) throw error;
    return error.problems.map((text) =>
      problem('profile', 'invalid', text, 'Correct the variable or file that it names'),
    );
  }
}
