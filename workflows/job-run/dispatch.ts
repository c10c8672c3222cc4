import { type JobSubmitEvent, nextJobSubmitState } from './job-submission.js';
import { timeLeftMs, whyMustEnd } from './limits.js';
import { jobKey } from './match-criteria.js';
import { show } from './progress.js';
import { type Run, trackedOf } from './run.js';

/**
 * Applies an event to the submission under way. Its execution is claimed in the same step: no other submission of the
 * workflow can adopt it, and `state()` shows at any moment either the execution or that the outcome is unknown.
 */
export function dispatch(run: Run, event: JobSubmitEvent): void {
  const { submission, port, plan } = run;
  const { key } = submission;
  const before = trackedOf(submission);
  submission.state = nextJobSubmitState(submission.state, event, {
    nowMs: port.now(),
    mustEnd: whyMustEnd(run),
    plan,
    key,
    timeLeftMs: timeLeftMs(run),
    claimedIds: port.claimedIds(key),
    isAnotherUnknown: port.isAnotherUnknown(jobKey(run), key),
  });
  const tracked = trackedOf(submission);
  if (tracked === undefined || before !== undefined) return;
  const { execution, how, exactMatch } = tracked;
  const { jobExecutionId: executionId, status } = execution;
  if (how !== 'joined') port.claim(executionId, key);
  show(run, { executionId, status, submissionOutcome: how, exactMatch });
}
