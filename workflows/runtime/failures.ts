import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { FAILURES, type FailureDetails, isFailureType } from '../../contract/failures.js';
import { RunFailure } from '../job-run/failures.js';
import type { Failure, NotStarted, VerbResult } from '../job-run/port.js';

/**
 * Converts the failure of an activity: one of this package unchanged; any other with the SDK's message and the cause.
 */
export function readFailure(error: unknown): Failure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const details = (cause.details?.[0] ?? {
      remedy: FAILURES[cause.type].remedy,
    }) as FailureDetails;
    return { type: cause.type, message: cause.message, details, cause: error };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  const remedy =
    'An activity failed in a way that no call to the service explains: read the cause.';
  return {
    type: 'DataFlowProtocolError',
    message: `${message}. ${remedy}`,
    details: { remedy },
    cause: error,
  };
}

/** Result of a verb that threw: its time was over, or it failed. */
export function readEnd(error: unknown): VerbResult<never> {
  if (!(error instanceof ActivityFailure)) return { kind: 'failed', failure: readFailure(error) };
  const { cause, retryState } = error;
  if (cause instanceof TimeoutFailure) return { kind: 'timed-out' };
  const failure = readFailure(error);
  return retryState === RetryState.TIMEOUT
    ? { kind: 'timed-out', last: failure.message }
    : { kind: 'failed', failure };
}

/**
 * Result of a submit that threw. Unless it is proven that nothing was started, the outcome is unknown
 * (docs/submit-protocol.md, rule 3).
 */
export function readSubmitEnd(error: unknown): NotStarted {
  const failure = readFailure(error);
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof TimeoutFailure && cause.timeoutType === TimeoutType.SCHEDULE_TO_START) {
    return { kind: 'notPickedUp', failure: { ...failure, type: 'DataFlowNotSent' } };
  }
  if (!(cause instanceof ApplicationFailure) || !isFailureType(cause.type)) {
    return { kind: 'outcomeUnknown', failure };
  }
  if (cause.type === 'DataFlowSubmissionUnknown') return { kind: 'outcomeUnknown', failure };
  return { kind: cause.type === 'DataFlowNotSent' ? 'notSent' : 'refused', failure };
}

/** Failure of an invalid request, with every problem; nothing was called. */
export function invalidInput(problems: readonly string[]): ApplicationFailure {
  const { remedy } = FAILURES.DataFlowInvalidInput;
  return ApplicationFailure.create({
    type: 'DataFlowInvalidInput',
    message: `${problems.join('; ')}. ${remedy}`,
    nonRetryable: true,
    details: [{ remedy, problems }],
  });
}

/** Converts the end of a run for the SDK: a failure with its type, or the workflow's own cancellation. */
export function toTemporalFailure(error: unknown): unknown {
  if (!(error instanceof RunFailure)) return error;
  if (error.failure === undefined) return new CancelledFailure(error.message);
  const { type, message, details, cause } = error.failure;
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: [details],
    ...(cause instanceof Error && { cause }),
  });
}
