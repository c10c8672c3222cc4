import type { Info } from '@temporalio/activity';
import type { DataFlowCallError } from '../client/errors.js';
import { FAILURES } from '../contract/failures.js';
import { isPermanent, type Repetition } from './failure.js';
import type { KeptDetails } from './kept-details.js';
import { retryDelayMs } from './retry-delay.js';

/**
 * Which failed calls Temporal repeats: those that the failure table says, or all but permanent failures (a look or a stop
 * must not be given up because keys are being rotated).
 */
export type Retries = 'by-table' | 'all-but-permanent';

/** So many answers that mean a failure which is repeated `few` times are final. Attempts do not count: an outage or deploys may cost many. */
const FEW = 3;

/** What to do about failed calls of this attempt, which has just begun. */
export function createRepetition(
  info: Info,
  retries: Retries,
  kept: KeptDetails,
): (error: DataFlowCallError) => Repetition {
  const beganMs = performance.now();
  return (error) => {
    const count = kept.failed(error.failure, error.message);
    const delayMs = retryDelayMs(info, performance.now() - beganMs, error.retryAfterMs);
    return { isFinal: isFinal(error, retries, count), delayMs };
  };
}

function isFinal(error: DataFlowCallError, retries: Retries, count: number): boolean {
  if (retries === 'all-but-permanent') return isPermanent(error);
  const { retry } = FAILURES[error.failure];
  return retry === 'no' || (retry === 'few' && count >= FEW);
}
