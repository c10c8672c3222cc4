import type { Permit } from '../../contract/activities.js';
import { isTerminal, type JobExecution } from '../../contract/job.js';
import { isRunKey, runKeyOf, shownRunKey } from '../../contract/run-key.js';
import type { Run, Submission } from './run.js';

/**
 * Why an answer to a POST does not prove that the execution that it names was started by it; undefined where nothing
 * speaks against it. An id that was there before, or that another submission has, is somebody else's: to watch it would
 * leave ours unwatched, to stop it would stop theirs.
 */
export function whyNotOurs(
  run: Run,
  submission: Submission,
  permit: Pick<Permit, 'knownIds' | 'knownSinceMs' | 'incomplete' | 'active'>,
  execution: JobExecution,
): string | undefined {
  const { jobExecutionId, status, createdDate } = execution;
  const known = [
    ...permit.knownIds,
    ...permit.active.map(({ executionId }) => executionId),
    ...(submission.first?.knownIds ?? []),
  ];
  if (known.includes(jobExecutionId)) return 'which was listed before the POST';
  if (run.port.claimedIds(submission.key).includes(jobExecutionId))
    return 'which another start of this workflow has';
  const { runKeyParameter } = run.plan;
  const key = runKeyParameter === undefined ? undefined : shownRunKey(execution, runKeyParameter);
  const isOurKey = key === runKeyOf(submission.key);
  if (isRunKey(key) && !isOurKey) return 'which shows the run key of another submission';
  if (permit.incomplete === true && isTerminal(status) && !isOurKey)
    return 'which has ended, and the listing before the POST was not complete';
  // Both dates are of one clock, so that no difference between clocks makes an answer look old.
  const isOlder = Date.parse(createdDate ?? '') < (permit.knownSinceMs ?? -Infinity);
  return isOlder ? 'which is older than executions that were listed before the POST' : undefined;
}
