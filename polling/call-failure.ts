import { isFailureType, type FailureType } from '../contract/failures.js';

/** Facts about a failed call that polling needs. */
export interface CallFailure {
  /** Undefined if the error is not the client's: a bug, or from other code. */
  readonly failure: FailureType | undefined;
  readonly message: string;
  /** Ms that the service asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** The error itself. */
  readonly error: unknown;
}

/** Looks at the members of the error, not at its class, because the list errors of this folder have the same members. */
export function toCallFailure(error: unknown): CallFailure {
  const { failure, retryAfterMs } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Readonly<Record<'failure' | 'retryAfterMs', unknown>>;
  return {
    failure: isFailureType(failure) ? failure : undefined,
    message: error instanceof Error ? error.message : String(error),
    retryAfterMs:
      typeof retryAfterMs === 'number' && retryAfterMs > 0 && Number.isFinite(retryAfterMs)
        ? retryAfterMs
        : undefined,
    error,
  };
}
