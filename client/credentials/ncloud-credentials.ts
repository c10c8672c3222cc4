import { problemOfCredentials, type CredentialsSource } from './credentials.js';
import type { Environment } from '../environment.js';
import { SYSTEM_CLOCK } from '../http/service-clock.js';
import type { Credentials } from '../http/signature.js';
import { chainOf, createChain, type CredentialsReport } from './chain.js';
import { createConfigureFile } from './configure-file.js';
import { lookInVariables } from './environment-keys.js';
import { fetchRole } from './metadata.js';
import { NODE_FILES } from './watched-file.js';
import { createServerRole } from './server-role.js';

/** How keys are found where none are given. */
export interface NcloudCredentialsOptions {
  /**
   * Section of `~/.ncloud/configure`. Named, it is the only place: keys that happen to be in the environment belong
   * to somebody else. @default the whole chain, with [DEFAULT] of the file
   */
  readonly ncloudProfile?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Called once for each warning that is not an error. @default process.emitWarning */
  readonly warn?: (message: string) => void;
}

const REMEDY =
  'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or write them into that file';

/**
 * Keys where NAVER Cloud's own tools find them, in their order (NOTES §7): environment, `~/.ncloud/configure`, role
 * of the server. A changed file and ending keys of a role are read anew by themselves. The metadata service is
 * asked only when nothing before it has keys.
 */
export function ncloudCredentials({
  ncloudProfile,
  env = process.env,
  warn = (message) => {
    process.emitWarning(message, 'DataFlowCredentials');
  },
}: NcloudCredentialsOptions = {}): CredentialsSource {
  const file = createConfigureFile({ env, section: ncloudProfile, files: NODE_FILES, warn });
  if (ncloudProfile !== undefined)
    return createChain([file], `Write both keys into section [${ncloudProfile}] of that file`);
  const environment = lookInVariables(env); // an environment does not change
  const role = createServerRole({
    fetchRole: () => fetchRole(env),
    nowMs: () => SYSTEM_CLOCK.wallMs(),
  });
  return createChain([{ isRemote: false, look: () => environment }, file, role], REMEDY);
}

/** A source for one fixed pair. Unlike the pair itself it shows no key when it is printed. */
export function fixedCredentials(
  { accessKey, secretKey }: Credentials,
  place: string,
): CredentialsSource {
  const keys = Object.freeze({ accessKey, secretKey });
  return createChain([{ isRemote: false, look: () => ({ kind: 'keys', place, keys }) }], '');
}

/** Where keys come from, without showing them: for a doctor to print. May ask the metadata service. */
export async function reportCredentials(
  credentials: Credentials | CredentialsSource,
): Promise<CredentialsReport> {
  if (typeof credentials !== 'function') {
    const finding = problemOfCredentials(credentials);
    const place = 'the options';
    if (finding === undefined)
      return { found: true, place, lookedAt: [], text: `keys from ${place}` };
    const problem = { noKeys: false, what: finding };
    return { found: false, problem, lookedAt: [{ place, finding }], text: finding };
  }
  const text = 'keys from a function of your own, which is not called for this report';
  return (await chainOf(credentials)?.report()) ?? { found: 'unknown', lookedAt: [], text };
}
