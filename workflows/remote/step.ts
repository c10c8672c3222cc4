import { isPastDeadline } from '../run/limits.js';
import type { Failure, Limits } from '../run/port.js';
import { inDoubt } from './doubt.js';
import { executionsOf, mustEndAs, remoteFailedAs } from './ends.js';
import { whatIsLeft } from './left.js';
import { expectedNodes, runningNodes, takeIn, toExpected, toRunning } from './nodes.js';
import { remoteRef, type FollowedNode, type RemoteRun, type Started } from './remote-run.js';

/** Waits for something new, and takes it in. False: the time was over, or a cancel came. */
export async function step(
  run: RemoteRun,
  started: Started,
  limits: Limits,
  running: readonly FollowedNode[] = runningNodes(started),
): Promise<boolean> {
  const { permit, triggerId } = started;
  const waited = await run.port.follow(
    () => ({
      ...remoteRef(run),
      triggerId,
      expected: expectedNodes(started).map((node) => toExpected(node, run.port.now())),
      running: running.map(toRunning),
    }),
    { ...limits, recoverWithinMs: permit.timings.recoverWithinMs },
  );
  if (waited.kind === 'failed') throw notFollowed(run, started, waited.failure);
  if (waited.kind !== 'done') return false;
  run.statusCalls += waited.value.statusCalls;
  takeIn(started, waited.value, run.port.now());
  return true;
}

/** Following failed for good: a doubt stays a doubt, a cancel a cancel, and what may run on is named. */
function notFollowed(run: RemoteRun, started: Started, failure: Failure): Error {
  if (run.doubt) return inDoubt(run, started, failure.message);
  const left = whatIsLeft(started);
  const details = { ...executionsOf(started), ...(left !== undefined && { unknown: left }) };
  return run.interrupt.requested || isPastDeadline(run)
    ? mustEndAs(run, `it cannot be followed any more (${failure.message})`, details)
    : remoteFailedAs(run, failure, details);
}
