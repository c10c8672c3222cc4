import type { JobExecution } from '../../contract/job.js';
import { ambiguous, canceled, deadlineExceeded, unknownStart } from './ends.js';
import { unboundedWaitMs } from './condition.js';
import { isPastDeadline, limits, timeLeftMs } from './limits.js';
import { jobRef, markOf } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show } from './show.js';

/** Heartbeat of the wait where no permit told the profile's own: the default of `recoverWithinMs`. */
const RECOVER_WITHIN_MS = 120_000;

/** Looks until the doubt is settled. Goes on after a cancel or runTimeout, for `cleanupTimeout` (design §6, rules 4 and 8). */
export async function settle(run: Run, submission: Submission): Promise<Gained | 'none' | 'hold'> {
  const mark = markOf(run, submission);
  if (mark === undefined) throw ambiguous(run, submission, 'there is no baseline to tell it by');
  const leftMs = timeLeftMs(run);
  const { cleanupTimeoutMs } = run.plan;
  show(run, { phase: 'looking', note: 'the outcome of the POST is unknown: looks for it' });
  const waited = await run.port.look(
    { ...jobRef(run), mark, untilMs: submission.untilMs },
    {
      ...limits(run, 'find the start of'),
      withinMs: leftMs === undefined ? undefined : Math.max(0, leftMs) + cleanupTimeoutMs,
      graceMs: cleanupTimeoutMs,
    },
  );
  if (waited.kind === 'done') {
    return decide(run, submission, waited.value.matches, waited.value.sure, RECOVER_WITHIN_MS);
  }
  const why =
    waited.kind === 'failed'
      ? `looking failed (${waited.failure.message})`
      : 'looking did not settle it in time';
  throw endInDoubt(run, submission, why);
}

/** Cancel and runTimeout end a doubtful run with `unknown`; anything else is ambiguous. */
function endInDoubt(run: Run, submission: Submission, why: string): Error {
  const unknown = unknownStart(run, submission, why);
  if (run.interrupt.requested) return canceled('canceled while a start was in doubt', unknown);
  if (isPastDeadline(run)) {
    return deadlineExceeded(run, unknown, { unknown, candidates: submission.candidates });
  }
  return ambiguous(run, submission, why);
}

/**
 * What the matches of a finished look mean (design §6, rules 5 and 7). One is adopted; of several sure ones the
 * oldest, the others are twins; several unsure ones are ambiguous. When the run must end, only a sure match is
 * taken up (to be stopped): a likeness alone may be somebody else's.
 */
export function decide(
  run: Run,
  submission: Submission,
  matches: readonly JobExecution[],
  sure: boolean,
  recoverWithinMs: number,
): Gained | 'none' | 'hold' {
  const [oldest, ...others] = matches;
  if (oldest === undefined) {
    submission.doubt = false;
    return 'none';
  }
  submission.candidates.splice(0, Infinity, ...matches.map((match) => match.jobExecutionId));
  const mustEnd = run.interrupt.requested || isPastDeadline(run);
  if (sure || (others.length === 0 && !mustEnd)) {
    submission.twins.push(...others.map((other) => other.jobExecutionId));
    return adopt(run, submission, oldest, sure, recoverWithinMs);
  }
  submission.doubt = true;
  if (mustEnd)
    throw endInDoubt(
      run,
      submission,
      'what was found may be somebody else’s, so it was left alone',
    );
  if (run.plan.onAmbiguous === 'hold') return 'hold';
  throw ambiguous(run, submission, `${matches.length} executions could be it`);
}

function adopt(
  run: Run,
  submission: Submission,
  execution: JobExecution,
  sure: boolean,
  recoverWithinMs: number,
): Gained {
  submission.doubt = false;
  submission.candidates.length = 0;
  const waitMs = timeLeftMs(run) ?? unboundedWaitMs(submission.sent.at(-1));
  return { execution, how: 'adopted', sure, recoverWithinMs, limitMs: run.port.now() + waitMs };
}

/** Waits for somebody's word on an ambiguous submission, until runTimeout. */
export async function hold(run: Run, submission: Submission): Promise<Gained | 'none'> {
  show(run, {
    phase: 'holding',
    note: 'ambiguous: answer with the Update dataflowResolveSubmission, an execution id or none',
  });
  const waited = await run.port.word(submission.key, limits(run, 'hold'));
  if (waited.kind !== 'done') {
    const why = 'nobody said which execution it is';
    throw waited.kind === 'interrupted'
      ? canceled('canceled while a start was ambiguous', unknownStart(run, submission, why))
      : ambiguous(run, submission, why);
  }
  if (waited.value === 'none') {
    submission.doubt = false;
    submission.notOurs.push(...submission.candidates.splice(0));
    return 'none';
  }
  const named = { jobExecutionId: waited.value, jobId: run.plan.jobId, status: 'UNKNOWN' };
  return adopt(run, submission, named, true, RECOVER_WITHIN_MS);
}
