import { type JobExecution, msBetween } from '../../contract/job.js';
import type { RunJobResult, RunProgress } from '../../contract/run.js';
import { runKeyOf } from '../../contract/run-key.js';
import type { RunPlan } from './request.js';
import { candidatesOf, type Run, type Submission } from './run.js';
import { isOutcomeUnknown } from './submit-state.js';

/** What the progress query shows of a submission that has just begun. */
export const freshProgress = (
  { jobId, profile, runKeyParameter }: Pick<RunPlan, 'jobId' | 'profile' | 'runKeyParameter'>,
  submission: Submission,
  jobName?: string,
): RunProgress => ({
  jobId,
  ...(jobName !== undefined && { jobName }),
  ...(profile !== undefined && { profile }),
  phase: 'waiting-for-lock',
  ...factsOf(submission),
  ...(runKeyParameter !== undefined && { runKey: runKeyOf(submission.key) }),
  previousAttempts: [],
});

const factsOf = (
  submission: Submission,
): Pick<
  RunProgress,
  'submission' | 'attempt' | 'posts' | 'outcomeUnknown' | 'candidates' | 'duplicates'
> => ({
  submission: submission.key,
  attempt: submission.attempt,
  posts: submission.state.record.posts,
  outcomeUnknown: isOutcomeUnknown(submission.state),
  candidates: candidatesOf(submission),
  duplicates: submission.state.record.duplicates,
});

/** Updates the progress query. A new phase clears the last error. */
export function show(run: Run, change: Partial<RunProgress>): void {
  const previousAttempts = [...run.previousAttempts];
  const kept = { ...run.progress, ...(change.phase !== undefined && { lastError: undefined }) };
  run.progress = { ...kept, ...factsOf(run.submission), previousAttempts, ...change };
  run.onProgress(run.progress);
}

/** Shows why the calls of the present phase fail. */
export const showError =
  (run: Run) =>
  (lastError: string | undefined): void => {
    show(run, { lastError });
  };

/** How long an execution waited and ran, by the service's dates; absent where a date is missing. */
export function spansOf({
  createdDate,
  startDate,
  endDate,
}: JobExecution): Pick<RunJobResult, 'waitingMs' | 'runningMs'> {
  const waitingMs = between(createdDate, startDate);
  const runningMs = between(startDate, endDate);
  return {
    ...(waitingMs !== undefined && { waitingMs }),
    ...(runningMs !== undefined && { runningMs }),
  };
}

function between(from: string | undefined, to: string | undefined): number | undefined {
  const ms = msBetween(from, to);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
