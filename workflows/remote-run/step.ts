import { isPastDeadline } from '../job-run/limits.js';
import type { Failure, Limits } from '../job-run/port.js';
import { failWithUnknownOutcome } from './reconcile.js';
import { executionsOf, mustEndAs, remoteFailedAs } from './failures.js';
import { whatIsLeft } from './left.js';
import { expectedNodes, runningNodes, applyResult, toExpected, toRunning } from './nodes.js';
import {
  type FollowedNode,
  isStartUnknown,
  remoteRef,
  type RemoteRun,
  type Started,
} from './remote-run.js';

/** Waits for a change of the run, and applies it. False: the time was over, or the run was cancelled. */
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
    { ...limits, waitHeartbeatTimeoutMs: permit.timings.waitHeartbeatTimeoutMs },
  );
  if (waited.kind === 'failed') throw notFollowed(run, started, waited.failure);
  if (waited.kind !== 'done') return false;
  run.statusCalls += waited.value.statusCalls;
  applyResult(started, waited.value, run.port.now());
  return true;
}

/**
 * Following failed permanently: an unknown outcome stays unknown, a cancel stays a cancel, and the failure names what
 * may still run.
 */
function notFollowed(run: RemoteRun, started: Started, failure: Failure): Error {
  if (isStartUnknown(run)) return failWithUnknownOutcome(run, started, failure.message);
  const left = whatIsLeft(started);
  const details = { ...executionsOf(started), ...(left !== undefined && { unknown: left }) };
  return run.cancellation.requested || isPastDeadline(run)
    ? mustEndAs(run, `it cannot be followed any more (${failure.message})`, details)
    : remoteFailedAs(run, failure, details);
}
