import type { Permit, SubmitInput } from '../../contract/activities.js';
import type { JobCondition } from '../../contract/job.js';
import { whyNotOurs } from './answer.js';
import { badStateMeans } from './capacity.js';
import { conditionToSend, isTooLate } from './condition.js';
import { deadlineExceeded, failed, fromActivityFailure } from './failures.js';
import { recordExecution } from './record-execution.js';
import type { Failure, SubmitOutcome } from './port.js';
import { guard, summary, timeLeftMs } from './limits.js';
import { isExactMatch, jobRef } from './match-criteria.js';
import type { TrackedExecution, Run, Submission } from './run.js';
import { show } from './progress.js';

/** Consecutive rejections of one kind after which the run fails (docs/submit-protocol.md, rule 11). */
export const MOST_IN_ROW = 3;

/**
 * One POST under the permit. `notStarted`: nothing was started. `outcomeUnknown`: an execution may have been started, and no
 * run may post until it is reconciled.
 */
export async function post(
  run: Run,
  submission: Submission,
  permit: Permit,
): Promise<TrackedExecution | 'notStarted' | 'outcomeUnknown'> {
  const leftMs = timeLeftMs(run);
  const mustEnd = run.cancellation.requested || isTooLate(leftMs);
  if (mustEnd && !(await mayHavePosted(run, permit))) {
    guard(run);
    throw deadlineExceeded(run, 'less than a minute was left, so nothing was posted');
  }
  const body = conditionToSend(run.plan, permit.job.jobCondition, submission.key, leftMs);
  unknownOutcome(run, submission, permit, body);
  const outcome = mustEnd ? SUBMITTED_BY_EARLIER_RUN : await submit(run, permit, body);
  switch (outcome.kind) {
    case 'outcomeUnknown':
      submission.retryAfterMs = outcome.failure?.details.retryAfterMs;
      return failWithUnknownOutcome(submission);
    case 'started': {
      const { execution } = outcome;
      const why = whyNotOurs(run, submission, permit, execution);
      if (why === undefined)
        return recordExecution(
          run,
          { execution, how: 'submitted', exactMatch: true },
          body ?? permit.job.jobCondition,
        );
      submission.note = `the POST was answered with execution ${execution.jobExecutionId}, ${why}`;
      return failWithUnknownOutcome(submission);
    }
    case 'not-sent':
    case 'refused':
      return notStarted(run, submission, permit, outcome.failure);
  }
}

/** Blocks further POSTs until the submission is reconciled. */
function failWithUnknownOutcome(submission: Submission): 'outcomeUnknown' {
  submission.wasEverUnknown = true;
  submission.reviewed = false;
  return 'outcomeUnknown';
}

/** The POST may belong to an earlier workflow run: this run found the permit in its history after a reset. */
const SUBMITTED_BY_EARLIER_RUN = { kind: 'outcomeUnknown', failure: undefined } as const;

/**
 * A POST may have been made under this permit. After a reset the earlier run may have made it, with another remainder
 * of runTimeout: its `timeout` is then unknown.
 */
function unknownOutcome(
  run: Run,
  submission: Submission,
  permit: Permit,
  body: JobCondition | undefined,
): void {
  const { permitTtlMs, submitTimeoutMs, maxListingDelayMs } = permit.timings;
  const { timeout, ...rest } = body ?? {};
  const isInherited = permit.runId !== run.port.runId() && run.deadlineMs !== undefined;
  if (submission.sent.length === 0) submission.firstMs = run.port.now();
  submission.sent.push(timeout === undefined || isInherited ? rest : { ...rest, timeout });
  submission.posts += 1;
  // Counted from now, not from the baseline: later, and on one clock, whatever Date the baseline had. Without a Date a
  // permit ends X after a worker received the submit, and that can be up to X from now.
  const leavesMs = permit.baselineMs === undefined ? 2 * permitTtlMs : permitTtlMs;
  submission.untilMs = run.port.now() + leavesMs + submitTimeoutMs + maxListingDelayMs;
  submission.outcomeUnknown = true; // until the outcome says otherwise
}

async function submit(
  run: Run,
  permit: Permit,
  body: JobCondition | undefined,
): Promise<Exclude<SubmitOutcome, { readonly kind: 'notPickedUp' }>> {
  show(run, { phase: 'submitting', note: 'posts the start' });
  const outcome = await run.port.submit(submitInput(run, permit, body), {
    summary: summary(run, 'start'),
    askWithinMs: 0,
  });
  if (outcome.kind !== 'notPickedUp') return outcome;
  const { failure } = outcome;
  return { kind: (await mayHavePosted(run, permit)) ? 'outcomeUnknown' : 'not-sent', failure };
}

/**
 * Whether an earlier run of this workflow may have posted under the permit: after a reset that keeps prepare, the
 * permit is in the history and the POST is not. An activity answers, because its result is the same on replay.
 */
async function mayHavePosted(run: Run, permit: Permit): Promise<boolean> {
  const input = { ...submitInput(run, permit, undefined), postNothing: true } as const;
  const { kind } = await run.port.submit(input, {
    summary: summary(run, 'check the permit of'),
    askWithinMs: run.plan.cleanupTimeoutMs,
  });
  return kind !== 'not-sent';
}

const submitInput = (
  run: Run,
  { baselineMs, runId, timings }: Permit,
  body: JobCondition | undefined,
): SubmitInput => ({
  ...jobRef(run),
  permit: { ...(baselineMs !== undefined && { baselineMs }), runId, timings },
  ...(body !== undefined && { jobCondition: body }),
});

/** Handles a rejection, or proof that nothing was sent. Throws if the run must end. */
function notStarted(
  run: Run,
  submission: Submission,
  permit: Permit,
  failure: Failure,
): 'notStarted' | 'outcomeUnknown' {
  submission.retryAfterMs = failure.details.retryAfterMs;
  if (failure.type === 'DataFlowBadState' && mayBeBusyWithOurs(run, submission)) {
    submission.badState = { failure, permit };
    submission.reviewed = true;
    submission.wasEverUnknown = true;
    submission.note = 'the service says bad-state, perhaps because an earlier POST was accepted';
    return 'outcomeUnknown';
  }
  submission.outcomeUnknown = false;
  submission.sent.pop();
  if (failure.details.status === undefined) submission.posts -= 1; // nothing reached the service
  const inRow = countInRow(submission, failure);
  switch (failure.type) {
    case 'DataFlowNotSent':
      if (isUnauthenticated(failure) && inRow >= MOST_IN_ROW) {
        const message = `the service refused the signature ${inRow} times in a row; nothing was started`;
        throw failed(run, 'DataFlowUnauthenticated', message, failure.details);
      }
      return 'notStarted';
    case 'DataFlowLinkedRequestFailed':
      if (inRow >= MOST_IN_ROW) throw fromActivityFailure(run, failure);
      return 'notStarted';
    case 'DataFlowBadState':
      return afterBadState(run, submission, { failure, permit });
    default:
      throw fromActivityFailure(run, failure);
  }
}

/**
 * Whether a bad-state may be caused by our own execution: an earlier POST may have been accepted, or a proxy may have
 * sent this one twice. Without an exact match it is reconciled once after an unknown outcome: at a busy job, an
 * execution that merely fits mostly belongs to another start.
 */
const mayBeBusyWithOurs = (run: Run, submission: Submission): boolean =>
  isExactMatch(run) || (submission.wasEverUnknown && !submission.reviewed);

/** The job is busy with executions of others: waits for capacity, or ends the run, by `onBusy`. */
export function afterBadState(
  run: Run,
  submission: Submission,
  { failure, permit }: NonNullable<Submission['badState']>,
): 'notStarted' {
  if (badStateMeans(run, submission, permit) === 'final') throw fromActivityFailure(run, failure);
  return 'notStarted';
}

export const isUnauthenticated = ({ details }: Failure): boolean => details.status === 401;

/** Number of consecutive rejections of this kind, this one included. */
export function countInRow(submission: Pick<Submission, 'refusedInRow'>, failure: Failure): number {
  const type = isUnauthenticated(failure) ? 'DataFlowUnauthenticated' : failure.type;
  const before = submission.refusedInRow;
  const count = before?.type === type ? before.count + 1 : 1;
  submission.refusedInRow = { type, count };
  return count;
}
