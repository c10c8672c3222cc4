import { ApplicationFailure } from '@temporalio/common';
import { durationMs, type Duration } from '../../contract/durations.js';
import type { FailureType } from '../../contract/failures.js';

export interface Limited {
  /** Time left of the pipeline's runTimeout; absent where it has none. */
  readonly timeLeftMs?: number;
}

interface Given extends Limited {
  /** runTimeout of the step itself. */
  readonly own: Duration | undefined;
  /** Remaining time of the limit of its run, if it is resumed after continue-as-new. */
  readonly carriedMs: number | undefined;
}

/**
 * The limit of the run of a job step if it is the pipeline's; undefined if the step's own is shorter, or there is none.
 * Both count from one moment, so that equal limits stay equal after continue-as-new.
 */
export function limitByPipeline({ own, carriedMs, timeLeftMs }: Given): number | undefined {
  if (timeLeftMs === undefined) return undefined;
  const runMs = carriedMs ?? durationMs(own) ?? Infinity;
  return timeLeftMs <= runMs ? timeLeftMs : undefined;
}

/** Whether a run ended at its time limit, with or without a known outcome of its submission. */
export function isTimeUp(error: unknown, isPast: boolean): boolean {
  if (!(error instanceof ApplicationFailure)) return false;
  const failWithUnknownOutcome: FailureType = 'DataFlowSubmissionAmbiguous';
  const late: FailureType = 'DataFlowDeadlineExceeded';
  return error.type === late || (isPast && error.type === failWithUnknownOutcome);
}
