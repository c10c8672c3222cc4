import type { AwaitResult } from '../../contract/activities.js';
import { isTerminal } from '../../contract/job.js';
import { limits, summary, timeLeftMs } from './limits.js';
import { isExclusivelyOurs, jobKey, jobRef, lockMode } from './match-criteria.js';
import { dispatch } from './dispatch.js';
import type { Run, Submission } from './run.js';
import { show } from './progress.js';

/**
 * Records the duplicates that a wait found, and begins to stop those that match exclusively (docs/submit-protocol.md,
 * rule 6). Runs under the job lock, while no other run of this workflow that could take it for its own has a POST under
 * way: an unclaimed execution then belongs to no other run.
 */
export async function nameDuplicates(
  run: Run,
  submission: Submission,
  {
    duplicates,
    copies,
    exactDuplicates,
  }: Pick<AwaitResult, 'duplicates' | 'copies' | 'exactDuplicates'>,
): Promise<void> {
  if (duplicates.length === 0) return;
  const lock = await run.port.jobLock(jobKey(run), limits(run, 'await the lock of'), lockMode(run));
  const claimed = run.port.claimedIds(submission.key);
  const ours = duplicates.filter(
    (id) => !claimed.includes(id) && !submission.state.record.duplicates.includes(id),
  );
  const copiesOfOurs = ours.filter((id) => copies.includes(id));
  dispatch(run, { kind: 'duplicatesFound', duplicates: ours, copies: copiesOfOurs });
  show(run, {});
  const isCertain =
    run.plan.runKeyParameter !== undefined || (lock.kind === 'done' && isExclusivelyOurs(run));
  if (exactDuplicates && isCertain) stopDuplicates(run, submission, ours);
  if (lock.kind === 'done') lock.value();
}

/**
 * Begins to stop duplicates while the run continues: they must not run beside the reported execution. Later copies are
 * not stopped.
 */
export function stopDuplicates(
  run: Run,
  submission: Submission,
  duplicates: readonly string[],
): void {
  const { duplicateStops, state } = submission;
  const { copies } = state.record;
  const isToStop = (id: string): boolean => !copies.includes(id) && !duplicateStops.has(id);
  for (const executionId of duplicates.filter(isToStop)) {
    run.port.claim(executionId, submission.key);
    duplicateStops.set(executionId, stopDuplicate(run, executionId));
  }
}

async function stopDuplicate(run: Run, executionId: string): Promise<string | undefined> {
  const { cleanupTimeoutMs } = run.plan;
  const withinMs = Math.max(1, Math.min(cleanupTimeoutMs, timeLeftMs(run) ?? cleanupTimeoutMs));
  const stopped = await run.port.stop(
    { ...jobRef(run), executionId },
    { withinMs, summary: summary(run, 'stop a duplicate of') },
  );
  const isOver = stopped.kind === 'done' && isTerminal(stopped.value.execution.status);
  return isOver
    ? undefined
    : `duplicate ${executionId} may still run: check it in the service and cancel it there`;
}

/** Resolves when the stops of the duplicates have ended, with what is unknown about them. */
export async function whatDuplicatesLeave({
  duplicateStops,
}: Submission): Promise<string | undefined> {
  const left = (await Promise.all(duplicateStops.values())).filter((text) => text !== undefined);
  return left.length > 0 ? left.join('; ') : undefined;
}
