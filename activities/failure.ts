import { ApplicationFailure } from '@temporalio/common';
import { DataFlowCallError, DataFlowInvalidInputError } from '../client/errors.js';
import { ExecutionListTooLong } from '../polling/newest-pages.js';
import { FAILURES, type FailureDetails, type FailureType } from '../contract/failures.js';

/** Which ids a failure is about. */
export type About = Pick<FailureDetails, 'jobId' | 'executionId' | 'workflowId' | 'triggerId'>;

/** After so many attempts a failure that is repeated a few times only is final. */
const FEW_ATTEMPTS = 3;

/** The one place where errors of the client become Temporal failures. Cancellation and bugs pass unchanged. */
export function toFailure(error: unknown, about: About, attempt: number): unknown {
  if (error instanceof DataFlowInvalidInputError) {
    return failure('DataFlowInvalidInput', error.message, { details: about });
  }
  if (error instanceof ExecutionListTooLong) {
    return failure(error.failure, error.message, { details: about });
  }
  if (!(error instanceof DataFlowCallError)) return error;
  const { retry } = FAILURES[error.failure];
  const isFinal = retry === 'no' || (retry === 'few' && attempt >= FEW_ATTEMPTS);
  return failure(error.failure, error.message, {
    details: { ...callDetails(error), ...about },
    isFinal,
    retryAfterMs: error.retryAfterMs,
  });
}

/** What an error of the client adds to a failure's details. */
export const callDetails = (error: DataFlowCallError): Omit<FailureDetails, 'remedy'> => {
  const code = error.errorType ?? error.errorCode;
  return {
    call: error.call,
    ...(error.status !== undefined && { status: error.status }),
    ...(code !== undefined && { code }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  };
};

interface FailureOptions {
  readonly details: Omit<FailureDetails, 'remedy'>;
  /** @default true */
  readonly isFinal?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** A failure of our table, with its remedy. */
export const failure = (
  type: FailureType,
  message: string,
  options: FailureOptions,
): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nonRetryable: options.isFinal ?? true,
    details: [{ ...options.details, remedy: FAILURES[type].remedy } satisfies FailureDetails],
    ...(options.retryAfterMs !== undefined && { nextRetryDelay: options.retryAfterMs }),
  });
