import { durationText } from '../../contract/durations.js';
import type { JobExecution } from '../../contract/job.js';
import type { RunJobResult } from '../../contract/run.js';
import { badEnd, RunEnded } from './ends.js';
import { obtainExecution } from './obtain.js';
import { retryPauseMs } from './pace.js';
import { guard, timeLeftMs } from './limits.js';
import { type Gained, type Run, newSubmission } from './run.js';
import { spansOf } from './spans.js';
import { freshProgress, show } from './show.js';
import { watch, type Watched } from './watch.js';

/**
 * Runs a job to its end: a submission, and another one for each end that `retry` names (docs/submit-protocol.md). Resolves only
 * with a COMPLETED execution. An end is read a second time before anything is started after it: what is shown as FAILED
 * may run on, and two would run at once.
 * @throws RunEnded with the failure, or without one when the run was canceled.
 */
export async function runToEnd(run: Run): Promise<RunJobResult> {
  try {
    for (;;) {
      const gained = run.gained ?? (await obtainExecution(run, run.submission));
      const watched = await watch(run, run.submission, gained);
      const { execution } = watched;
      show(run, { status: execution.status });
      if (execution.status === 'COMPLETED') return completed(run, gained, watched);
      show(run, { endedBy: execution.status === 'CANCELED' ? 'somebody else' : 'itself' });
      await pauseBeforeRetry(run, gained, execution);
      const again = await watch(run, run.submission, gained);
      if (again.execution.status === 'COMPLETED') return completed(run, gained, again);
      guard(run);
      if (!isRetried(run, gained, again.execution)) throw badEnd(run, gained, again.execution);
      tryAgain(run, again.execution);
    }
  } catch (error) {
    if (error instanceof RunEnded) {
      const outcome = error.failure?.type ?? 'canceled';
      const unknown = error.unknown !== undefined && { unknown: error.unknown };
      show(run, { phase: 'ended', note: error.message, outcome, ...unknown });
    }
    throw error;
  }
}

function completed(run: Run, gained: Gained, watched: Watched): RunJobResult {
  show(run, { endedBy: 'itself', status: 'COMPLETED' });
  show(run, { phase: 'ended', note: 'completed', outcome: 'COMPLETED' });
  return result(run, gained, watched);
}

function tryAgain(run: Run, { jobExecutionId: executionId, status }: JobExecution): void {
  const { plan, submission } = run;
  run.earlier.push({ executionId, status, twins: [...submission.twins] });
  run.submission = newSubmission(run.keyOf(submission.attempt + 1), submission.attempt + 1);
  run.gained = undefined;
  run.progress = freshProgress(plan, run.submission, run.progress.jobName);
}

/** Returns when the end is one that is tried again; throws it otherwise. */
async function pauseBeforeRetry(run: Run, gained: Gained, execution: JobExecution): Promise<void> {
  const { plan, submission } = run;
  const failure = badEnd(run, gained, execution);
  const pauseMs = retryPauseMs(plan, submission.attempt);
  if (!isRetried(run, gained, execution) || (timeLeftMs(run) ?? Infinity) <= pauseMs) throw failure;
  show(run, {
    phase: 'pausing',
    note: `${failure.message}; tries again in ${durationText(pauseMs)}`,
  });
  await run.port.sleep(pauseMs, run.interrupt);
  guard(run);
}

const isRetried = (
  { plan, submission, interrupt }: Run,
  { how }: Gained,
  { status }: JobExecution,
): boolean =>
  plan.outcomes.includes(status) &&
  submission.attempt < plan.maximumAttempts &&
  how !== 'joined' &&
  !interrupt.requested;

function result(
  run: Run,
  gained: Gained,
  { execution, statusCalls, unknown }: Watched,
): RunJobResult {
  const { submission, earlier, progress } = run;
  return {
    execution,
    submission: submission.key,
    ...(progress.runKey !== undefined && { runKey: progress.runKey }),
    obtained: gained.how,
    sure: gained.sure,
    posts: submission.posts,
    attempts: submission.attempt,
    earlier: [...earlier],
    twins: [...submission.twins],
    ...spansOf(execution),
    statusCalls,
    ...(unknown !== undefined && { unknown }),
  };
}
