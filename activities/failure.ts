import { ApplicationFailure } from '@temporalio/common';
import { DataFlowCallError, DataFlowInvalidInputError } from '../client/errors.js';
import { ExecutionListTooLong } from '../polling/newest-pages.js';
import { type FailureDetails, type FailureType, remedyOf } from '../contract/failures.js';

/** Ids for the details of a failure. */
export type About = Pick<FailureDetails, 'jobId' | 'executionId' | 'workflowId' | 'triggerId'>;

/** Whether, and when, Temporal repeats the activity after a failed call. */
export interface Repetition {
  readonly isFinal: boolean;
  /** Pause before the next attempt; undefined: that of the retry policy. */
  readonly delayMs: number | undefined;
}

/** Converts errors of the client into Temporal failures. Other errors (cancellation, bugs) are returned unchanged. */
export function toFailure(
  error: unknown,
  about: About,
  repetition: (error: DataFlowCallError) => Repetition,
): unknown {
  if (error instanceof DataFlowInvalidInputError) {
    return failure('DataFlowInvalidInput', error.message, { details: about });
  }
  if (error instanceof ExecutionListTooLong) {
    return failure(error.failure, error.message, { details: about });
  }
  if (!(error instanceof DataFlowCallError)) return error;
  const details = { ...callDetails(error), ...about };
  return failure(error.failure, error.message, { details, ...repetition(error) });
}

export const callDetails = (error: DataFlowCallError): Omit<FailureDetails, 'remedy'> => {
  const code = error.errorType ?? error.errorCode;
  return {
    call: error.call,
    ...(error.status !== undefined && { status: error.status }),
    ...(code !== undefined && { code }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  };
};

interface FailureOptions extends Partial<Repetition> {
  /** @default the remedy of the table */
  readonly details: Omit<FailureDetails, 'remedy'> & Partial<Pick<FailureDetails, 'remedy'>>;
}

/** A failure of the table `FAILURES`, with its remedy. @param isFinal default true */
export const failure = (
  type: FailureType,
  message: string,
  { details, isFinal = true, delayMs }: FailureOptions,
): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nonRetryable: isFinal,
    details: [{ remedy: remedyOf(type, details), ...details } satisfies FailureDetails],
    ...(delayMs !== undefined && { nextRetryDelay: delayMs }),
  });

export const notFound = (error: unknown): error is DataFlowCallError =>
  error instanceof DataFlowCallError && error.failure === 'DataFlowNotFound';
