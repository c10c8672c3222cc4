import type { Permit } from '../../contract/activities.js';
import type { JobExecution } from '../../contract/job.js';
import type { Run, Submission } from './run.js';

/**
 * Why an answer to a POST does not prove that the execution that it names was started by it; undefined where nothing
 * speaks against it. An id that was there before, or that another submission has, is somebody else's: to watch it would
 * leave ours unwatched, to stop it would stop theirs.
 */
export function whyNotOurs(
  run: Run,
  submission: Submission,
  { knownIds, knownSinceMs, active }: Pick<Permit, 'knownIds' | 'knownSinceMs' | 'active'>,
  { jobExecutionId, createdDate }: JobExecution,
): string | undefined {
  const known = [
    ...knownIds,
    ...active.map(({ executionId }) => executionId),
    ...(submission.first?.knownIds ?? []),
  ];
  if (known.includes(jobExecutionId)) return 'which was listed before the POST';
  if (run.port.claimedIds(submission.key).includes(jobExecutionId))
    return 'which another start of this workflow has';
  // Both dates are of one clock, so that no difference between clocks makes an answer look old.
  const isOlder = Date.parse(createdDate ?? '') < (knownSinceMs ?? -Infinity);
  return isOlder ? 'which is older than executions that were listed before the POST' : undefined;
}
