import { remoteTimeoutMs, unboundedWaitMs } from './condition.js';
import { timeLeftMs } from './limits.js';
import type { Gained, Run } from './run.js';
import { show } from './show.js';

/**
 * The submission has its execution. In one step with the end of the doubt, so that `state()` shows one or the other at
 * any moment, and no other submission of the workflow can take it.
 */
export function gain(
  run: Run,
  gained: Pick<Gained, 'execution' | 'how' | 'sure'>,
  sent = run.submission.sent.at(-1),
): Gained {
  const { submission, port } = run;
  const { jobExecutionId: executionId, status } = gained.execution;
  const waitMs = timeLeftMs(run) ?? unboundedWaitMs(sent);
  run.gained = {
    ...gained,
    recoverWithinMs: submission.recoverWithinMs,
    limitMs: port.now() + waitMs,
    seen: submission.seen,
    timeoutMs: remoteTimeoutMs(sent),
  };
  submission.doubt = false;
  submission.candidates.length = 0;
  if (gained.how !== 'joined') port.claim(executionId, submission.key);
  show(run, { executionId, status, obtained: gained.how, sure: gained.sure });
  return run.gained;
}
