import { durationText } from '../../contract/durations.js';
import type { JobExecution } from '../../contract/job.js';
import type { RunJobResult } from '../../contract/run.js';
import { canceled, deadlineExceeded, executionFailure, RunFailure } from './failures.js';
import { submitJob } from './submit.js';
import { retryPauseMs } from './backoff.js';
import { timeLeftMs, whyMustEnd } from './limits.js';
import { type TrackedExecution } from './job-submission.js';
import { newSubmission, type Run, trackedOf } from './run.js';
import { leaveGroup } from './group.js';
import { spansOf, freshProgress, show } from './progress.js';
import { watchExecution, type WatchedEnd } from './wait.js';

/**
 * Runs a job to its end: one submission, and one more after each status that `retry` names (docs/submit-protocol.md).
 * Resolves only with a COMPLETED execution. The end is read a second time before the next submission: if an execution
 * shown as FAILED still runs, two would run at once.
 * @throws RunFailure with the failure, or without one when the run was canceled.
 */
export async function runToEnd(run: Run): Promise<RunJobResult> {
  try {
    for (;;) {
      const tracked = trackedOf(run.submission) ?? (await submitJob(run));
      const watched = await watchExecution(run, run.submission, tracked);
      const { execution } = watched;
      show(run, { status: execution.status });
      await leaveGroup(run);
      if (execution.status === 'COMPLETED') return completed(run, tracked, watched);
      show(run, { endedBy: execution.status === 'CANCELED' ? 'external' : 'service' });
      await pauseBeforeRetry(run, tracked, execution);
      const again = await watchExecution(run, run.submission, tracked);
      if (again.execution.status === 'COMPLETED') return completed(run, tracked, again);
      guard(run);
      if (!isRetried(run, tracked, again.execution))
        throw executionFailure(run, tracked, again.execution);
      tryAgain(run, again.execution);
    }
  } catch (error) {
    if (error instanceof RunFailure) {
      await leaveGroup(run);
      const outcome = error.failure?.type ?? 'canceled';
      const unknown = error.unknown !== undefined && { unknown: error.unknown };
      show(run, { phase: 'ended', note: error.message, outcome, ...unknown });
    }
    throw error;
  }
}

function completed(run: Run, tracked: TrackedExecution, watched: WatchedEnd): RunJobResult {
  show(run, { endedBy: 'service', status: 'COMPLETED' });
  show(run, { phase: 'ended', note: 'completed', outcome: 'COMPLETED' });
  return result(run, tracked, watched);
}

function tryAgain(run: Run, { jobExecutionId: executionId, status }: JobExecution): void {
  const { plan, submission } = run;
  run.previousAttempts.push({
    executionId,
    status,
    duplicates: [...submission.state.record.duplicates],
  });
  run.submission = newSubmission(run.keyOf(submission.attempt + 1), submission.attempt + 1);
  run.progress = freshProgress(plan, run.submission, run.progress.jobName);
}

/** Returns if `retry` allows another attempt after this end; otherwise throws the end. */
async function pauseBeforeRetry(
  run: Run,
  tracked: TrackedExecution,
  execution: JobExecution,
): Promise<void> {
  const { plan, submission } = run;
  const failure = executionFailure(run, tracked, execution);
  const pauseMs = retryPauseMs(plan, submission.attempt);
  if (!isRetried(run, tracked, execution) || (timeLeftMs(run) ?? Infinity) <= pauseMs)
    throw failure;
  show(run, {
    phase: 'backing-off',
    note: `${failure.message}; next attempt in ${durationText(pauseMs)}`,
  });
  await run.port.sleep(pauseMs, run.cancellation);
  guard(run);
}

const isRetried = (
  { plan, submission, cancellation }: Run,
  { how }: TrackedExecution,
  { status }: JobExecution,
): boolean =>
  plan.outcomes.includes(status) &&
  submission.attempt < plan.maximumAttempts &&
  how !== 'joined' &&
  !cancellation.requested;

function result(
  run: Run,
  tracked: TrackedExecution,
  { execution, statusCalls, unknown }: WatchedEnd,
): RunJobResult {
  const { submission, previousAttempts, progress } = run;
  return {
    execution,
    submission: submission.key,
    ...(progress.runKey !== undefined && { runKey: progress.runKey }),
    submissionOutcome: tracked.how,
    exactMatch: tracked.exactMatch,
    posts: submission.state.record.posts,
    attempts: submission.attempt,
    previousAttempts: [...previousAttempts],
    duplicates: [...submission.state.record.duplicates],
    ...spansOf(execution),
    statusCalls,
    ...(unknown !== undefined && { unknown }),
  };
}

/** Ends the run between two attempts if it was cancelled or its time is over. */
function guard(run: Run): void {
  const why = whyMustEnd(run);
  if (why === 'cancelled') throw canceled('canceled before anything was left running');
  if (why === 'timed-out') throw deadlineExceeded(run, 'nothing was left running');
}
