import { isFailureType, type FailureType } from '../../contract/failures.js';
import type { Credentials } from '../http/signature.js';

export interface CredentialsRequest {
  /** The service has just refused the keys: cached keys should be fetched anew. */
  readonly refused: boolean;
}

/**
 * Returns the present key pair. It is called before every signature, so it should cache valid keys. The message of an
 * error that it throws is quoted and must hold no secret. An error with a `failure` of the failure table is reported
 * as that failure, any other as DataFlowUnavailable.
 */
export type CredentialsSource = (request: CredentialsRequest) => Credentials | Promise<Credentials>;

/** No key pair was found, and nothing was sent. Becomes a DataFlowCallError. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
  readonly failure: FailureType;

  constructor(failure: FailureType, reason: string) {
    super(`no credentials: ${reason}`);
    this.failure = failure;
  }
}

/** Keys are header values: a line break would end the header. */
export const isKey = (key: unknown): boolean =>
  typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);

export const KEY_RULE = 'must be one string without spaces or line breaks, as the portal shows it';

export const CREDENTIALS_RULE =
  'must be accessKey and secretKey, both strings without spaces, as the portal shows them';

export function isCredentials(value: unknown): value is Credentials {
  const { accessKey, secretKey } = (value ?? {}) as Partial<Credentials>;
  return isKey(accessKey) && isKey(secretKey);
}

/** The message shows no key. `undefined`: no problem. */
export const problemOfCredentials = (credentials: unknown): string | undefined =>
  isCredentials(credentials) ? undefined : `credentials ${CREDENTIALS_RULE}`;

/** A SyntaxError is not quoted: its message holds the text that could not be read, which may be the keys. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'their source could not be read as JSON';
  return error instanceof Error ? error.message : 'their source failed';
}

function failureOf(error: unknown): FailureType {
  const { failure } = (typeof error === 'object' ? (error ?? {}) : {}) as { failure?: unknown };
  return isFailureType(failure) ? failure : 'DataFlowUnavailable';
}

/** @throws NoCredentials if the source fails, or returns no key pair */
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
