import type { Permit } from '../../contract/activities.js';
import { dateMs, isTerminal, type JobExecution } from '../../contract/job.js';
import { isRunKey, runKeyOf, shownRunKey } from '../../contract/run-key.js';
import type { Run, Submission } from './run.js';

/**
 * Why an answer to a POST does not prove that this POST started the execution it names; undefined if nothing
 * contradicts it. An id that was listed before the POST, or that another submission has, belongs to another start:
 * adopting it would leave our execution unwatched, and stopping it would stop somebody else's.
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
  // Both dates come from the service's clock, so clock differences cannot make an answer look old.
  const isOlder = dateMs(createdDate) < (permit.knownSinceMs ?? -Infinity);
  return isOlder ? 'which is older than executions that were listed before the POST' : undefined;
}
