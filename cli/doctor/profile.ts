import type { KeysProblem } from '../../client/credentials/chain.js';
import { reportCredentials } from '../../client/credentials/ncloud-credentials.js';
import {
  exitOfKeys,
  KeysMissing,
  NoSuchProfile,
  ProfileInvalid,
  readNamedProfile,
  withService,
} from '../profile.js';
import { type Finding, ok, problem } from './finding.js';
import { findService } from './service.js';

/** Keys of a profile and where they come from; then whether the service accepts them. */
export async function findProfile(profile: string): Promise<readonly Finding[]> {
  try {
    const { baseUrl, credentials } = readNamedProfile(profile);
    const keys = await reportCredentials(credentials);
    const { text, place = '', keyId = '' } = keys;
    if (keys.problem !== undefined) return [keysFinding(keys.problem)];
    const service = await withService(profile, (client) =>
      findService(client, { url: baseUrl, keys: `key ${keyId} from ${place}` }),
    );
    return [ok('credentials', `profile ${profile}: ${text}, key ${keyId}`), ...service];
  } catch (error) {
    if (error instanceof KeysMissing)
      return [{ ...keysFinding(error.problem, `profile ${profile}: `), sentence: error.message }];
    if (error instanceof NoSuchProfile)
      return error.problems.map((text) => problem('profile', 'invalid', text, DESCRIBE));
    if (!(error instanceof ProfileInvalid)) throw error;
    return error.found.map(({ text, keys }) =>
      problem(keys === undefined ? 'profile' : 'credentials', 'invalid', text, CORRECT),
    );
  }
}

const DESCRIBE =
  'Name another with --profile, or describe this one in the file that DATAFLOW_PROFILES_FILE names';
const CORRECT =
  'Correct the variable or file that it names; until then a worker of this environment does not start';

function keysFinding(keys: KeysProblem, about = ''): Finding {
  const { what, remedy = 'Correct the keys at that place' } = keys;
  return problem('credentials', exitOfKeys(keys), about + what, remedy);
}
