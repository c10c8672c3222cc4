import type { Permit } from '../../contract/activities.js';
import { isRunnable } from '../../contract/job.js';
import { canceled, deadlineExceeded, fromActivityFailure } from './failures.js';
import { recordExecution } from './record-execution.js';
import { limits } from './limits.js';
import { jobRef } from './match-criteria.js';
import type { TrackedExecution, Run, Submission } from './run.js';
import { show } from './progress.js';

/**
 * Whether the job shows that it takes no further execution now. A job that does not say how many it takes is
 * assumed to take one (NOTES §5.3).
 */
export const isAtLimit = ({ job, active }: Permit): boolean =>
  active.length >= (job.maxConcurrentRuns ?? 1) || job.status === 'RUNNING';

/**
 * Decides by `onBusy` and the prepared job: continue, wait, or join a running execution. `fail` always submits, and
 * lets the service refuse.
 */
export function checkCapacity(run: Run, permit: Permit): TrackedExecution | 'free' | 'busy' {
  const { onBusy, jobId } = run.plan;
  if (onBusy === 'fail' || !isAtLimit(permit)) return 'free';
  const newest = permit.active[0];
  if (onBusy !== 'join' || newest === undefined) return 'busy';
  const { executionId, status } = newest;
  const execution = { jobExecutionId: executionId, jobId, status };
  return recordExecution(
    run,
    { execution, how: 'joined', exactMatch: true },
    permit.job.jobCondition,
  );
}

/** Waits until the job has capacity for another execution. */
export async function awaitPlace(run: Run, submission: Submission): Promise<void> {
  show(run, {
    phase: 'waiting-for-capacity',
    note: 'waits for capacity: the job is at its limit of executions',
  });
  const { waitHeartbeatTimeoutMs } = submission;
  const waited = await run.port.awaitCapacity(jobRef(run), {
    ...limits(run, 'await a place for'),
    waitHeartbeatTimeoutMs,
  });
  if (waited.kind === 'failed') throw fromActivityFailure(run, waited.failure);
  if (waited.kind === 'cancelled') throw canceled('canceled before anything was left running');
  if (waited.kind === 'timed-out') {
    throw deadlineExceeded(run, 'the job was at its limit of executions all the time');
  }
  submission.permits = 0; // the pause was long enough
  submission.badStateSinceMs = undefined;
}

/**
 * Meaning of a bad-state when no earlier POST has an unknown outcome. `busy`: the job is at its limit, prepare again.
 * `final`: the job cannot run (a draft, disabled). A job that could run and shows capacity may be full of executions
 * that are not listed yet: busy for `maxListingDelay`, final after that.
 */
export function badStateMeans(run: Run, submission: Submission, permit: Permit): 'busy' | 'final' {
  if (run.plan.onBusy === 'fail') return 'final';
  if (!isRunnable(permit.job) && permit.job.status !== 'RUNNING') return 'final';
  submission.badStateSinceMs ??= run.port.now();
  const sinceMs = run.port.now() - submission.badStateSinceMs;
  return isAtLimit(permit) || sinceMs <= permit.timings.maxListingDelayMs ? 'busy' : 'final';
}
