import type { AwaitResult } from '../../contract/activities.js';
import { isTerminal } from '../../contract/job.js';
import { limits, summary, timeLeftMs } from './limits.js';
import { isNobodyElses, jobKey, jobRef } from './mark.js';
import type { Run, Submission } from './run.js';
import { show } from './show.js';

/**
 * Names the twins that a wait found, and begins to stop those that are surely ours (docs/submit-protocol.md, rule 6). In the job's
 * turn, when no other run of this workflow has a POST under way: what nobody here has claimed then is no other run's.
 */
export async function nameTwins(
  run: Run,
  submission: Submission,
  { twins, copies, sureTwins }: Pick<AwaitResult, 'twins' | 'copies' | 'sureTwins'>,
): Promise<void> {
  if (twins.length === 0) return;
  const turn = await run.port.turn(jobKey(run), limits(run, 'await the turn of'));
  const claimed = run.port.claimedIds(submission.key);
  const ours = twins.filter((id) => !claimed.includes(id) && !submission.twins.includes(id));
  submission.twins.push(...ours);
  submission.copies.push(...ours.filter((id) => copies.includes(id)));
  show(run, {});
  const isCertain =
    run.plan.runKeyParameter !== undefined || (turn.kind === 'done' && isNobodyElses(run));
  if (sureTwins && isCertain) stopTwins(run, submission, ours);
  if (turn.kind === 'done') turn.value();
}

/**
 * Begins to stop twins, beside whatever the run waits for: they must not run on beside the one that is reported. Later
 * copies are left alone.
 */
export function stopTwins(run: Run, submission: Submission, twins: readonly string[]): void {
  const { copies, twinStops } = submission;
  const isToStop = (id: string): boolean => !copies.includes(id) && !twinStops.has(id);
  for (const executionId of twins.filter(isToStop)) {
    run.port.claim(executionId, submission.key);
    twinStops.set(executionId, stopTwin(run, executionId));
  }
}

async function stopTwin(run: Run, executionId: string): Promise<string | undefined> {
  const { cleanupTimeoutMs } = run.plan;
  const withinMs = Math.max(1, Math.min(cleanupTimeoutMs, timeLeftMs(run) ?? cleanupTimeoutMs));
  const stopped = await run.port.stop(
    { ...jobRef(run), executionId },
    { withinMs, summary: summary(run, 'stop a twin of') },
  );
  const isOver = stopped.kind === 'done' && isTerminal(stopped.value.execution.status);
  return isOver
    ? undefined
    : `twin ${executionId} may still run: check it in the service and cancel it there`;
}

/** What is not known of the twins, once their stops have ended. */
export async function whatTwinsLeave({ twinStops }: Submission): Promise<string | undefined> {
  const left = (await Promise.all(twinStops.values())).filter((text) => text !== undefined);
  return left.length > 0 ? left.join('; ') : undefined;
}
