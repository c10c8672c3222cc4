import type { Permit } from '../../contract/activities.js';
import { isRunnable } from '../../contract/job.js';
import { canceled, deadlineExceeded, failedAs } from './ends.js';
import { limits, timeLeftMs } from './limits.js';
import { jobRef } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show } from './show.js';
import { unboundedWaitMs } from './condition.js';

/**
 * Whether the job shows that it takes no further execution now. A job that does not say how many it takes is
 * assumed to take one (NOTES §5.3).
 */
export const isAtLimit = ({ job, active }: Permit): boolean =>
  active.length >= (job.maxConcurrentRuns ?? 1) || job.status === 'RUNNING';

/** What `onBusy` makes of what prepare shows: go on, begin again, or share what runs. `fail` always asks the service. */
export async function heedPlace(
  run: Run,
  submission: Submission,
  permit: Permit,
): Promise<Gained | 'free' | 'again'> {
  const { onBusy } = run.plan;
  if (onBusy === 'fail' || !isAtLimit(permit)) return 'free';
  const newest = permit.active[0];
  if (onBusy === 'join' && newest !== undefined) return join(run, permit, newest.executionId);
  show(run, { phase: 'waiting-for-place', note: 'the job is at its limit of executions' });
  const waited = await run.port.awaitFree(jobRef(run), {
    ...limits(run, 'await a place for'),
    recoverWithinMs: permit.timings.recoverWithinMs,
  });
  if (waited.kind === 'failed') throw failedAs(run, waited.failure);
  if (waited.kind === 'interrupted') throw canceled('canceled before anything was started');
  if (waited.kind === 'timed-out') {
    throw deadlineExceeded(
      run,
      'the job was at its limit of executions all the time; nothing was started',
    );
  }
  submission.permits = 0; // the pause was long enough
  return 'again';
}

function join(run: Run, permit: Permit, executionId: string): Gained {
  const waitMs = timeLeftMs(run) ?? unboundedWaitMs(permit.job.jobCondition);
  return {
    execution: {
      jobExecutionId: executionId,
      jobId: run.plan.jobId,
      status: permit.active[0]?.status ?? 'RUNNING',
    },
    how: 'joined',
    sure: true,
    recoverWithinMs: permit.timings.recoverWithinMs,
    limitMs: run.port.now() + waitMs,
  };
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
