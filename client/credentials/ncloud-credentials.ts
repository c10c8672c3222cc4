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

/** Options of {@link ncloudCredentials}. */
export interface NcloudCredentialsOptions {
  /**
   * Section of `~/.ncloud/configure`. If it is named no other place is asked: keys in the environment may belong to
   * another account.
   * @default all places, with [DEFAULT] of the file
   */
  readonly ncloudProfile?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Called with each warning. @default process.emitWarning */
  readonly warn?: (message: string) => void;
}

const REMEDY =
  'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or write them into that file';

/**
 * Finds keys where the tools of NAVER Cloud find them, in the same order (NOTES §7): environment,
 * `~/.ncloud/configure`, role of the server. A file that changes and keys that end are read anew. The metadata
 * service is asked only if the other places have no keys.
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
  const environment = lookInVariables(env); // read once: the environment does not change
  const role = createServerRole({
    fetchRole: () => fetchRole(env),
    nowMs: () => SYSTEM_CLOCK.wallMs(),
  });
  return createChain([{ isRemote: false, look: () => environment }, file, role], REMEDY);
}

/** A source of one fixed pair. Unlike the pair, it shows no key when it is printed. */
export function fixedCredentials(
  { accessKey, secretKey }: Credentials,
  place: string,
): CredentialsSource {
  const keys = Object.freeze({ accessKey, secretKey });
  return createChain([{ isRemote: false, look: () => ({ kind: 'keys', place, keys }) }], '');
}

/** Reports where keys come from, without any secret. May ask the metadata service. */
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
