import type { Baseline, Permit } from '../../contract/activities.js';
import { durationText } from '../../contract/durations.js';
import { awaitPlace, checkCapacity } from './capacity.js';
import { awaitResolution, reconcile, resolveMatches } from './reconcile.js';
import { canceled, deadlineExceeded, failed, fromActivityFailure } from './failures.js';
import { guard, limits } from './limits.js';
import { isExactMatch, jobKey, jobRef, matchCriteria } from './match-criteria.js';
import { permitPauseMs } from './backoff.js';
import { afterBadState, post } from './post.js';
import type { TrackedExecution, Run, Submission } from './run.js';
import { show } from './progress.js';

/** Result of one try: an execution, or the reason for the next try. */
type Step = TrackedExecution | 'notStarted' | 'busy' | 'ambiguous';

/**
 * Performs a submission: permit, one POST, and reconciling if its outcome is unknown, until there is an execution
 * (docs/submit-protocol.md). Runs of the same job in one workflow hold the job lock from permit to execution id; a run
 * that backs off, waits for capacity or awaits a resolution releases it.
 */
export async function obtainExecution(run: Run, submission: Submission): Promise<TrackedExecution> {
  for (;;) {
    await pauseBeforePermit(run, submission);
    const step = await withJobLock(run, submission);
    if (step === 'busy') {
      await awaitPlace(run, submission);
    } else if (step === 'ambiguous') {
      const tracked = await awaitResolution(run, submission);
      if (tracked !== 'notFound') return tracked;
    } else if (step !== 'notStarted') {
      return step;
    }
  }
}

async function withJobLock(run: Run, submission: Submission): Promise<Step> {
  show(run, { phase: 'waiting-for-lock', note: 'waits for another run of this job to start' });
  const turn = await run.port.jobLock(jobKey(run), limits(run, 'await the turn of'));
  if (turn.kind !== 'done' && !submission.outcomeUnknown) {
    guard(run);
    throw deadlineExceeded(run, 'another run of this job was starting all the time');
  }
  try {
    return await oneTry(run, submission);
  } finally {
    if (turn.kind === 'done') turn.value();
  }
}

/** From permit to execution id, or to proof that nothing was started. */
async function oneTry(run: Run, submission: Submission): Promise<Step> {
  if (submission.outcomeUnknown) return await reconciled(run, submission);
  const permit = await takePermit(run, submission);
  const late = resolveMatches(run, submission, { ...permit.found, exactMatch: isExactMatch(run) });
  if (late !== 'notFound') return late;
  const place = checkCapacity(run, permit);
  if (place !== 'free') return place;
  const posted = await post(run, submission, permit);
  return posted === 'outcomeUnknown' ? await reconciled(run, submission) : posted;
}

async function reconciled(run: Run, submission: Submission): Promise<Step> {
  const found = await reconcile(run, submission);
  const { badState } = submission;
  submission.badState = undefined;
  if (found !== 'notFound') return found;
  return badState === undefined ? 'notStarted' : afterBadState(run, submission, badState);
}

/** Reconciling begins without a pause, also when the run must end. */
async function pauseBeforePermit(run: Run, submission: Submission): Promise<void> {
  if (submission.outcomeUnknown) return;
  guard(run);
  if (submission.permits === 0) return;
  const pauseMs = permitPauseMs(submission.permits, submission.retryAfterMs, run.port.random());
  const leftMs = limits(run, '').withinMs;
  show(run, {
    phase: 'backing-off',
    note: `pauses ${durationText(pauseMs)} before the next try`,
  });
  await run.port.sleep(Math.min(pauseMs, leftMs ?? pauseMs), run.cancellation);
  guard(run);
}

const baselineOf = ({ baselineMs, knownIds, knownSinceMs, incomplete }: Permit): Baseline => ({
  ...(baselineMs !== undefined && { baselineMs }),
  knownIds,
  ...(knownSinceMs !== undefined && { knownSinceMs }),
  ...(incomplete !== undefined && { incomplete }),
});

/** Gets a new permit. The baseline of the first one stays the submission's baseline. */
async function takePermit(run: Run, submission: Submission): Promise<Permit> {
  show(run, { phase: 'preparing', note: 'reads the job and its latest executions' });
  // An earlier rejection may have answered a copy of the POST: an exact match still recognises our execution.
  const mayBeListed = submission.wasEverUnknown || (isExactMatch(run) && submission.posts > 0);
  const criteria = mayBeListed ? matchCriteria(run, submission) : undefined;
  const input = { ...jobRef(run), ...(criteria !== undefined && { criteria }) };
  const waited = await run.port.prepare(input, limits(run, 'prepare'));
  submission.permits += 1;
  if (waited.kind === 'failed') throw fromActivityFailure(run, waited.failure);
  if (waited.kind === 'cancelled') throw canceled('canceled before anything was left running');
  if (waited.kind === 'timed-out') {
    const last = waited.last === undefined ? '' : ` (the last try: ${waited.last})`;
    throw deadlineExceeded(run, `nothing was left running${last}`);
  }
  const permit = waited.value;
  submission.first ??= baselineOf(permit);
  submission.waitHeartbeatTimeoutMs = permit.timings.waitHeartbeatTimeoutMs;
  submission.seen = permit.seen;
  show(run, { jobName: permit.job.name });
  if (run.plan.runKeyParameter !== undefined && permit.job.type === 'VISUAL') {
    throw failed(
      run,
      'DataFlowInvalidInput',
      `runKeyParameter: job ${run.plan.jobId} is VISUAL, and only SCRIPT jobs take parameters; nothing was sent`,
    );
  }
  return permit;
}
