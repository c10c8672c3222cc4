import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { FailureDetails, FailureType } from '../../contract/failures.js';

export interface ToldFailure {
  readonly type: FailureType;
  readonly message: string;
  readonly nonRetryable: boolean | undefined;
  readonly details: FailureDetails;
}

/** The failure of a run, as its client sees it. */
export async function failureOf(result: Promise<unknown>): Promise<ToldFailure> {
  try {
    const value = await result;
    throw new Error(`it did not fail but gave ${JSON.stringify(value)}`);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { type, message, nonRetryable, details } = error.cause as ApplicationFailure;
    return {
      type: type as FailureType,
      message,
      nonRetryable: nonRetryable ?? undefined,
      details: details?.[0] as FailureDetails,
    };
  }
}
