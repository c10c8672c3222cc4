import type { Permit } from '../../contract/activities.js';
import { isRunnable } from '../../contract/job.js';
import { canceled, deadlineExceeded, failedAs } from './ends.js';
import { gain } from './gain.js';
import { limits } from './limits.js';
import { jobRef } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show } from './show.js';

/**
 * Whether the job shows that it takes no further execution now. A job that does not say how many it takes is
 * assumed to take one (NOTES §5.3).
 */
export const isAtLimit = ({ job, active }: Permit): boolean =>
  active.length >= (job.maxConcurrentRuns ?? 1) || job.status === 'RUNNING';

/** What `onBusy` makes of what prepare shows: go on, wait, or share what runs. `fail` always asks the service. */
export function heedPlace(run: Run, permit: Permit): Gained | 'free' | 'busy' {
  const { onBusy, jobId } = run.plan;
  if (onBusy === 'fail' || !isAtLimit(permit)) return 'free';
  const newest = permit.active[0];
  if (onBusy !== 'join' || newest === undefined) return 'busy';
  const { executionId, status } = newest;
  const execution = { jobExecutionId: executionId, jobId, status };
  return gain(run, { execution, how: 'joined', sure: true }, permit.job.jobCondition);
}

/** Waits until the job has room. */
export async function awaitPlace(run: Run, submission: Submission): Promise<void> {
  show(run, {
    phase: 'waiting-for-place',
    note: 'waits for a place: the job is at its limit of executions',
  });
  const { recoverWithinMs } = submission;
  const waited = await run.port.awaitFree(jobRef(run), {
    ...limits(run, 'await a place for'),
    recoverWithinMs,
  });
  if (waited.kind === 'failed') throw failedAs(run, waited.failure);
  if (waited.kind === 'interrupted') throw canceled('canceled before anything was left running');
  if (waited.kind === 'timed-out') {
    throw deadlineExceeded(run, 'the job was at its limit of executions all the time');
  }
  submission.permits = 0; // the pause was long enough
  submission.badStateSinceMs = undefined;
}

/**
 * What a bad-state without doubt means: `busy`: prepare again, the job is at its limit; `final`: it cannot run (a
 * draft, disabled). A job that could run but shows room may be full of executions that are not listed yet: busy for
 * `visibleWithin`, final after that.
 */
export function badStateMeans(run: Run, submission: Submission, permit: Permit): 'busy' | 'final' {
  if (run.plan.onBusy === 'fail') return 'final';
  if (!isRunnable(permit.job) && permit.job.status !== 'RUNNING') return 'final';
  submission.badStateSinceMs ??= run.port.now();
  const sinceMs = run.port.now() - submission.badStateSinceMs;
  return isAtLimit(permit) || sinceMs <= permit.timings.visibleWithinMs ? 'busy' : 'final';
}
