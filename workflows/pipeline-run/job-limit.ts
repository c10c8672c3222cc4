import { ApplicationFailure } from '@temporalio/common';
import { durationMs, type Duration } from '../../contract/durations.js';
import type { FailureType } from '../../contract/failures.js';

/** The pipeline's runTimeout, as items see it. */
export interface Limited {
  /** What is left of it; undefined where the pipeline has none. */
  readonly timeLeftMs?: number;
}

interface Given extends Limited {
  /** runTimeout of the step itself. */
  readonly own: Duration | undefined;
  /** Remaining time of the limit of its run, if it is resumed after continue-as-new. */
  readonly carriedMs: number | undefined;
}

/**
 * The limit of a job step's run where that is the pipeline's own: undefined where the step's is shorter, or there is
 * none. Both are counted from the same moment, so that they are equal to the millisecond after continue-as-new, too.
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
