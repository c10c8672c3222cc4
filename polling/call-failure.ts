import { isFailureType, type FailureType } from '../contract/failures.js';

export interface CallFailure {
  /** Undefined: the error is not from the client, e.g. a bug. */
  readonly failure: FailureType | undefined;
  readonly message: string;
  /** Retry-After, ms. */
  readonly retryAfterMs: number | undefined;
  readonly error: unknown;
}

/** Reads properties of the error, not its class: errors of this folder have them too. */
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
