import { reportCredentials } from '../../client/credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { DEFAULT_BASE_URL } from '../../client/http/origin.js';
import { CommandFailed } from '../command-failed.js';
import { NoSuchProfile, readNamedProfile, withService } from '../profile.js';
import { type Finding, ok, problem } from './finding.js';
import { findService } from './service.js';

/** Keys of a profile and where they come from; then what the service says to them. */
export async function findProfile(profile: string): Promise<readonly Finding[]> {
  try {
    const { baseUrl = DEFAULT_BASE_URL, credentials } = readNamedProfile(profile);
    const { found, isWrong, text, place = '', keyId = '' } = await reportCredentials(credentials);
    if (found === false) return [keysFinding(isWrong ? 'invalid' : 'unauthorised', text)];
    const service = await withService(profile, (client) =>
      findService(client, { url: baseUrl, keys: `key ${keyId} from ${place}` }),
    );
    return [ok('credentials', `profile ${profile}: ${text}, key ${keyId}`), ...service];
  } catch (error) {
    if (error instanceof CommandFailed) return [keysFinding('unauthorised', error.message)];
    if (!(error instanceof DataFlowInvalidInputError)) throw error;
    const remedy =
      error instanceof NoSuchProfile
        ? 'Name another with --profile, or describe this one in the file that DATAFLOW_PROFILES_FILE names'
        : 'Correct the variable or file that it names; until then a worker of this environment does not start';
    return error.problems.map((text) =>
      problem(/: no credentials: /.test(text) ? 'credentials' : 'profile', 'invalid', text, remedy),
    );
  }
}

/** What to do stands behind the places that were looked at; of keys that cannot be used the finding itself says it. */
function keysFinding(exit: 'invalid' | 'unauthorised', text: string): Finding {
  const [, what = text, remedy] = /^(.*)\. ([A-Z][^.]*(?:\.\w[^.]*)*)$/.exec(text) ?? [];
  return problem('credentials', exit, what, remedy ?? 'Correct the keys at that place');
}
