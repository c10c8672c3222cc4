import { isFailureType, type FailureType } from '../contract/failures.js';

/** What polling needs to know of a call that did not answer. */
export interface CallFailure {
  /** Undefined where the error is none of the client's: a bug, or somebody else's. */
  readonly failure: FailureType | undefined;
  readonly message: string;
  /** Ms that the service asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** The error itself. */
  readonly error: unknown;
}

/** Failures that a repetition does not mend: what is asked for is not there, or no such request is right. */
const PERMANENT: readonly (FailureType | undefined)[] = [
  'DataFlowNotFound',
  'DataFlowBadParameter',
  'DataFlowInvalidInput',
];

export const isPermanent = ({ failure }: Pick<CallFailure, 'failure'>): boolean =>
  PERMANENT.includes(failure);

/** Reads an error by its members, not by its class: list errors of this folder have the same ones. */
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
