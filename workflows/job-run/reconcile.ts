import type { FindResult } from '../../contract/activities.js';
import { type JobExecution, isOfSameTime } from '../../contract/job.js';
import { ambiguous, canceled, deadlineExceeded, unknownStart } from './failures.js';
import { recordExecution } from './record-execution.js';
import { isPastDeadline, limits, timeLeftMs } from './limits.js';
import { isExclusivelyOurs, jobRef, matchCriteria, windowOf } from './match-criteria.js';
import type { TrackedExecution, Run, Submission } from './run.js';
import { show } from './progress.js';

/** Reconciles until the outcome is known. Continues after a cancel or runTimeout, for `cleanupTimeout` (docs/submit-protocol.md, rules 4 and 8). */
export async function reconcile(
  run: Run,
  submission: Submission,
): Promise<TrackedExecution | 'notFound' | 'ambiguous'> {
  const criteria = matchCriteria(run, submission);
  if (criteria === undefined)
    throw ambiguous(run, submission, 'there is no baseline to tell it by');
  const leftMs = timeLeftMs(run);
  const { cleanupTimeoutMs } = run.plan;
  const { note = 'the outcome of the POST is unknown' } = submission;
  submission.note = undefined;
  show(run, { phase: 'reconciling', note: `${note}: looks for it` });
  const waited = await run.port.reconcile(
    {
      ...jobRef(run),
      criteria: criteria,
      lastsMs: Math.max(0, submission.untilMs - run.port.now()),
    },
    {
      ...limits(run, 'find the start of'),
      withinMs: leftMs === undefined ? undefined : Math.max(0, leftMs) + cleanupTimeoutMs,
      graceMs: cleanupTimeoutMs,
    },
  );
  if (waited.kind === 'done') {
    return resolveMatches(run, submission, waited.value);
  }
  const why =
    waited.kind === 'failed'
      ? `looking failed (${waited.failure.message})`
      : `looking did not settle it in time${waited.kind === 'timed-out' && waited.last !== undefined ? ` (${waited.last})` : ''}`;
  throw failWithUnknownOutcome(run, submission, why);
}

/**
 * Ends the run without a match. After a cancel or runTimeout the failure names what is unknown; otherwise the
 * submission is ambiguous.
 */
function failWithUnknownOutcome(run: Run, submission: Submission, why: string): Error {
  const unknown = unknownStart(run, submission, why);
  if (run.cancellation.requested)
    return canceled('canceled while the outcome of a start was unknown', unknown);
  if (isPastDeadline(run)) {
    return deadlineExceeded(run, unknown, { unknown, candidates: submission.candidates });
  }
  return ambiguous(run, submission, why);
}

/**
 * Result of a finished reconciliation (docs/submit-protocol.md, rules 5 and 7). One match is adopted. Of several exact
 * matches the oldest is adopted; the others are duplicates, and later copies among them are only reported. Several
 * inexact matches are ambiguous, and so is one that may or may not be ours. When the run must end, only an exact match
 * is adopted (to be stopped): an inexact one may belong to another start.
 */
export function resolveMatches(
  run: Run,
  submission: Submission,
  found: FindResult,
): TrackedExecution | 'notFound' | 'ambiguous' {
  // Another run of this workflow may have claimed one of them since reconciling began.
  const claimed = run.port.claimedIds(submission.key);
  const isFree = ({ jobExecutionId }: JobExecution): boolean => !claimed.includes(jobExecutionId);
  const [matches, possible] = [found.matches.filter(isFree), found.possible.filter(isFree)];
  const [oldest, ...others] = matches;
  const exactMatch = found.exactMatch && isExclusivelyOurs(run);
  const seen = oldest === undefined ? possible : matches;
  if (seen.length === 0 && found.incomplete !== true) {
    submission.outcomeUnknown = false;
    return 'notFound';
  }
  submission.candidates.splice(0, Infinity, ...seen.map((one) => one.jobExecutionId));
  const mustEnd = run.cancellation.requested || isPastDeadline(run);
  if (oldest !== undefined && (exactMatch || (others.length === 0 && !mustEnd))) {
    submission.duplicates.push(...others.map((other) => other.jobExecutionId));
    const windowMs = windowOf(submission);
    const copies = others.filter((other) => !isOfSameTime(other, oldest, windowMs));
    submission.copies.push(...copies.map((copy) => copy.jobExecutionId));
    return recordExecution(run, { execution: oldest, how: 'adopted', exactMatch });
  }
  submission.outcomeUnknown = true;
  if (mustEnd) {
    const why =
      seen.length === 0
        ? INCOMPLETE
        : 'what was found may be somebody else’s, so it was left alone';
    throw failWithUnknownOutcome(run, submission, why);
  }
  if (run.plan.onAmbiguous === 'hold') return 'ambiguous';
  throw ambiguous(run, submission, whyAmbiguous(found, matches.length));
}

const INCOMPLETE =
  'no listing of the job was proven complete (rows that cannot be read, rows shown twice, or fewer rows than the count says)';

function whyAmbiguous({ incomplete }: FindResult, matches: number): string {
  if (incomplete === true) return INCOMPLETE;
  return matches === 0
    ? 'what is listed may be it: the service was never seen to show run settings or a trigger as ours have them, ' +
        'or createdDate seems older than the start, by a clock that may be up to ten minutes off where it was not measured'
    : `${matches} executions could be it`;
}

/** Waits until an ambiguous submission is resolved by an Update, at most until runTimeout. */
export async function awaitResolution(
  run: Run,
  submission: Submission,
): Promise<TrackedExecution | 'notFound'> {
  show(run, {
    phase: 'awaiting-resolution',
    note: 'ambiguous: answer with the Update dataflowResolveSubmission, an execution id or none',
  });
  const waited = await run.port.awaitResolution(
    submission.key,
    limits(run, 'await the resolution of'),
  );
  if (waited.kind !== 'done') {
    const why = 'nobody said which execution it is';
    throw waited.kind === 'cancelled'
      ? canceled('canceled while a start was ambiguous', unknownStart(run, submission, why))
      : ambiguous(run, submission, why);
  }
  if (waited.value === 'none') {
    submission.outcomeUnknown = false;
    submission.notOurs.push(...submission.candidates.splice(0));
    return 'notFound';
  }
  const named = { jobExecutionId: waited.value, jobId: run.plan.jobId, status: 'UNKNOWN' };
  return recordExecution(run, { execution: named, how: 'adopted', exactMatch: true });
}
