import { ApplicationFailure } from '@temporalio/common';
import { DataFlowCallError } from '../client/errors.js';
import { type About, callDetails, failure } from './failure.js';

/** Failures that no repetition mends: what the act is about is not there. */
const HOPELESS: readonly string[] = ['DataFlowNotFound', 'DataFlowBadParameter'];

/** Whether an error says that what the act is about is not there, or is not understood. */
export const isHopeless = (error: DataFlowCallError): boolean => HOPELESS.includes(error.failure);

/**
 * Makes every other failure of a call one that Temporal repeats, whatever the table says: a look or a stop must not
 * be given up because keys are being rotated.
 */
export async function untiring<Value>(about: About, fn: () => Promise<Value>): Promise<Value> {
  try {
    return await fn();
  } catch (error) {
    if (error instanceof ApplicationFailure || !(error instanceof DataFlowCallError)) throw error;
    const { failure: type, message, retryAfterMs } = error;
    const isFinal = isHopeless(error);
    throw failure(type, message, {
      details: { ...callDetails(error), ...about },
      isFinal,
      retryAfterMs,
    });
  }
}
