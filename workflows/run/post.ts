import type { Permit, SubmitInput } from '../../contract/activities.js';
import type { JobCondition } from '../../contract/job.js';
import { badStateMeans } from './busy.js';
import { conditionToSend, unboundedWaitMs } from './condition.js';
import { deadlineExceeded, failed, failedAs } from './ends.js';
import type { Failure } from './port.js';
import { guard, summary, timeLeftMs } from './limits.js';
import { jobRef } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show } from './show.js';

/** Refusals of one kind in a row after which the run gives up (design §6, rule 11). */
const MOST_IN_ROW = 3;

/** One POST under the permit. Undefined: no execution yet; the submission says whether it is in doubt. */
export async function post(
  run: Run,
  submission: Submission,
  permit: Permit,
): Promise<Gained | undefined> {
  guard(run);
  const { plan } = run;
  const body = conditionToSend(plan, permit.job.jobCondition, submission.key, timeLeftMs(run));
  if (body === 'too-late') {
    throw deadlineExceeded(run, 'less than a minute was left, so nothing was posted');
  }
  const { permitMs, postMs, visibleWithinMs } = permit.timings;
  submission.sent.push(body ?? {});
  submission.posts += 1;
  submission.untilMs = permit.baselineMs + permitMs + postMs + visibleWithinMs;
  submission.doubt = true; // until the outcome says otherwise
  show(run, { phase: 'submitting', note: 'posts the start' });
  const outcome = await run.port.submit(submitInput(run, permit, body), summary(run, 'start'));
  switch (outcome.kind) {
    case 'doubtful':
      submission.everDoubted = true;
      return undefined;
    case 'started':
      submission.doubt = false;
      return {
        execution: outcome.execution,
        how: 'posted',
        sure: true,
        recoverWithinMs: permit.timings.recoverWithinMs,
        limitMs: run.port.now() + waitMs(run, body, permit),
      };
    case 'not-sent':
    case 'refused':
      notStarted(run, submission, permit, outcome.failure);
      return undefined;
  }
}

const submitInput = (
  run: Run,
  { baselineMs, runId, timings }: Permit,
  body: JobCondition | undefined,
): SubmitInput => ({
  ...jobRef(run),
  permit: { baselineMs, runId, timings },
  ...(body !== undefined && { jobCondition: body }),
});

const waitMs = (run: Run, sent: JobCondition | undefined, permit: Permit): number =>
  timeLeftMs(run) ?? unboundedWaitMs(sent ?? permit.job.jobCondition);

/** A proven no: what it means for the run. Throws where it is the end. */
function notStarted(run: Run, submission: Submission, permit: Permit, failure: Failure): void {
  submission.doubt = false;
  submission.sent.pop();
  submission.retryAfterMs = failure.details.retryAfterMs;
  if (failure.details.status === undefined) submission.posts -= 1; // nothing reached the service
  const inRow = countInRow(submission, failure);
  switch (failure.type) {
    case 'DataFlowNotSent':
      if (isUnauthenticated(failure) && inRow >= MOST_IN_ROW) {
        const message = `the service refused the signature ${inRow} times in a row; nothing was started`;
        throw failed(run, 'DataFlowUnauthenticated', message, failure.details);
      }
      return;
    case 'DataFlowLinkedRequestFailed':
      if (inRow >= MOST_IN_ROW) throw failedAs(run, failure);
      return;
    case 'DataFlowBadState':
      // Our own first one may run: an earlier doubt comes back.
      if (submission.everDoubted) submission.doubt = true;
      else if (badStateMeans(run, submission, permit) === 'final') throw failedAs(run, failure);
      return;
    default:
      throw failedAs(run, failure);
  }
}

const isUnauthenticated = ({ details }: Failure): boolean => details.status === 401;

function countInRow(submission: Submission, failure: Failure): number {
  const type = isUnauthenticated(failure) ? 'DataFlowUnauthenticated' : failure.type;
  const before = submission.refusedInRow;
  const count = before?.type === type ? before.count + 1 : 1;
  submission.refusedInRow = { type, count };
  return count;
}
