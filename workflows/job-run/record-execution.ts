import { remoteTimeoutMs, unboundedWaitMs } from './condition.js';
import { timeLeftMs } from './limits.js';
import type { TrackedExecution, Run } from './run.js';
import { show } from './progress.js';

/**
 * Records the execution of the submission. The outcome becomes known in the same step, so `state()` shows one or the
 * other at any moment, and no other submission of the workflow can claim the execution.
 */
export function recordExecution(
  run: Run,
  tracked: Pick<TrackedExecution, 'execution' | 'how' | 'exactMatch'>,
  sent = run.submission.sent.at(-1),
): TrackedExecution {
  const { submission, port } = run;
  const { jobExecutionId: executionId, status } = tracked.execution;
  const waitMs = timeLeftMs(run) ?? unboundedWaitMs(sent);
  run.tracked = {
    ...tracked,
    waitHeartbeatTimeoutMs: submission.waitHeartbeatTimeoutMs,
    limitMs: port.now() + waitMs,
    seen: submission.seen,
    timeoutMs: remoteTimeoutMs(sent),
  };
  submission.outcomeUnknown = false;
  submission.candidates.length = 0;
  if (tracked.how !== 'joined') port.claim(executionId, submission.key);
  show(run, {
    executionId,
    status,
    submissionOutcome: tracked.how,
    exactMatch: tracked.exactMatch,
  });
  return run.tracked;
}
