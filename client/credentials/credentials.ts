import { isFailureType, type FailureType } from '../../contract/failures.js';
import type { Credentials } from '../http/signature.js';

/** Why keys are asked for. */
export interface CredentialsRequest {
  /** The service has just refused the last ones: kept keys should be fetched anew. */
  readonly refused: boolean;
}

/**
 * Where to get the present key pair; called before every signature, so it should keep what is still good.
 * What it throws is quoted in errors: it must hold no secret. An error with a `failure` of the failure table
 * is reported as that failure, any other as DataFlowUnavailable.
 */
export type CredentialsSource = (request: CredentialsRequest) => Credentials | Promise<Credentials>;

/** No key pair could be had; nothing was sent. Becomes a DataFlowCallError. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
  readonly failure: FailureType;

  constructor(failure: FailureType, reason: string) {
    super(`no credentials: ${reason}`);
    this.failure = failure;
  }
}

/** Header values must be plain; a line break in a key would end the header. */
export const isKey = (key: unknown): boolean =>
  typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);

/** What {@link isKey} asks, to follow the name of the offender. */
export const KEY_RULE = 'must be one string without spaces or line breaks, as the portal shows it';

/** What is wrong with a key pair, as a sentence that does not show it; `undefined` when nothing is. */
export function problemOfCredentials(credentials: unknown): string | undefined {
  const { accessKey, secretKey } = (credentials ?? {}) as Partial<Credentials>;
  return isKey(accessKey) && isKey(secretKey)
    ? undefined
    : 'credentials must have accessKey and secretKey, both strings without spaces, as the portal shows them';
}

/** A SyntaxError quotes the text it could not read, which may be the keys themselves. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'their source could not be read as JSON';
  return error instanceof Error ? error.message : 'their source failed';
}

function failureOf(error: unknown): FailureType {
  const { failure } = (typeof error === 'object' ? (error ?? {}) : {}) as { failure?: unknown };
  return isFailureType(failure) ? failure : 'DataFlowUnavailable';
}

/** @throws NoCredentials when the source fails or gives something else */
export async function readCredentials(
  from: Credentials | CredentialsSource,
  request: CredentialsRequest,
): Promise<Credentials> {
  if (typeof from !== 'function') return from;
  let given: unknown;
  try {
    given = await from(request);
  } catch (error) {
    throw new NoCredentials(failureOf(error), reasonOf(error));
  }
  const problem = problemOfCredentials(given);
  if (problem !== undefined) throw new NoCredentials('DataFlowUnauthenticated', problem);
  return given as Credentials;
}
