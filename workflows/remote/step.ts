import type { Limits } from '../run/port.js';
import { executionsOf, remoteFailedAs } from './ends.js';
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
    {
      ...remoteRef(run),
      triggerId,
      expected: expectedNodes(started).map(toExpected),
      running: running.map(toRunning),
    },
    { ...limits, recoverWithinMs: permit.timings.recoverWithinMs },
  );
  if (waited.kind === 'failed') throw remoteFailedAs(run, waited.failure, executionsOf(started));
  if (waited.kind !== 'done') return false;
  run.statusCalls += waited.value.statusCalls;
  takeIn(started, waited.value);
  return true;
}
