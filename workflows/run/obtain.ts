import { durationText } from '../../contract/durations.js';
import type { Permit } from '../../contract/activities.js';
import { heedPlace } from './busy.js';
import { decide, hold, settle } from './doubt.js';
import { canceled, deadlineExceeded, failed, failedAs } from './ends.js';
import { permitPauseMs } from './pace.js';
import { post } from './post.js';
import { guard, limits } from './limits.js';
import { jobRef, markOf } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show } from './show.js';

/**
 * Carries a submission out: permit, one POST, and a look where its outcome is in doubt, until there is an execution
 * (design §6). The same job twice in one workflow: from permit to id one after the other; a hold gives up its turn.
 */
export async function obtainExecution(run: Run, submission: Submission): Promise<Gained> {
  for (;;) {
    show(run, { phase: 'queued', note: 'waits for another run of this job to start' });
    const release = await run.port.turn(
      `${run.plan.profile ?? ''} ${run.plan.jobId}`,
      run.interrupt,
    );
    if (release === undefined && !submission.doubt)
      throw canceled('canceled before anything was started');
    try {
      const gained = await carryOut(run, submission);
      if (gained !== 'hold') return gained;
    } finally {
      release?.();
    }
    const gained = await hold(run, submission);
    if (gained !== 'none') return gained;
  }
}

async function carryOut(run: Run, submission: Submission): Promise<Gained | 'hold'> {
  for (;;) {
    if (submission.doubt) {
      const found = await settle(run, submission);
      if (found !== 'none') return found;
    }
    await pauseBeforePermit(run, submission);
    const permit = await takePermit(run, submission);
    const late = decide(run, submission, permit.found, isSure(run), permit.timings.recoverWithinMs);
    if (late !== 'none') return late;
    const place = await heedPlace(run, submission, permit);
    if (place === 'again') continue;
    const gained = place === 'free' ? await post(run, submission, permit) : place;
    if (gained !== undefined) return gained;
  }
}

const isSure = ({ plan }: Run): boolean => plan.soleWriter || plan.runKeyParameter !== undefined;

async function pauseBeforePermit(run: Run, submission: Submission): Promise<void> {
  guard(run);
  if (submission.permits === 0) return;
  const pauseMs = permitPauseMs(submission.permits, submission.retryAfterMs, run.port.random());
  const leftMs = limits(run, '').withinMs;
  show(run, { phase: 'pausing', note: `pauses ${durationText(pauseMs)} before the next try` });
  await run.port.sleep(Math.min(pauseMs, leftMs ?? pauseMs), run.interrupt);
  guard(run);
}

/** A fresh permit. The first one is the submission's baseline for good. */
async function takePermit(run: Run, submission: Submission): Promise<Permit> {
  show(run, { phase: 'preparing', note: 'reads the job and its latest executions' });
  const mark = submission.everDoubted ? markOf(run, submission) : undefined;
  const input = { ...jobRef(run), ...(mark !== undefined && { mark }) };
  const waited = await run.port.prepare(input, limits(run, 'prepare'));
  submission.permits += 1;
  if (waited.kind === 'failed') throw failedAs(run, waited.failure);
  if (waited.kind === 'interrupted') throw canceled('canceled before anything was left running');
  if (waited.kind === 'timed-out') throw deadlineExceeded(run, 'nothing was left running');
  const permit = waited.value;
  submission.first ??= { baselineMs: permit.baselineMs, knownIds: permit.knownIds };
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
