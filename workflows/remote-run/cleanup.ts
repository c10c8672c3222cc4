import type { StopResult } from '../../contract/activities.js';
import { UNCANCELLABLE, type VerbResult } from '../job-run/port.js';
import { failWithUnknownOutcome, settleOutcome } from './reconcile.js';
import { executionsOf, mustEndAs, withExecution } from './failures.js';
import { whatIsLeft } from './left.js';
import { scheduleDue, expectedNodes, hasNodeEnded, isAmbiguous, runningNodes } from './nodes.js';
import {
  type FollowedNode,
  isStartUnknown,
  remoteRef,
  type RemoteRun,
  type Started,
} from './remote-run.js';
import { showNodes, showRemoteError } from './progress.js';
import { step } from './step.js';

const MAX_STOP_TRIES = 3;
const STOP_PAUSE_MS = 5_000;

/**
 * After a cancel or the time limit: stops every execution of the run, also those accepted and not listed yet, and
 * reports what is unknown. Returns if all of them ended by themselves: that is then the run's end.
 * @throws RunFailure
 */
export async function cleanup(run: RemoteRun, started: Started): Promise<void> {
  if (run.cancellation.requested && run.plan.onCancel === 'abandon' && !isStartUnknown(run)) {
    throw mustEndAs(run, 'what it started was left running, as onCancel says');
  }
  const untilMs = run.port.now() + run.plan.cleanupTimeoutMs;
  while (await stopOrList(run, started, untilMs));
  showNodes(run, started);
  if (isStartUnknown(run))
    throw failWithUnknownOutcome(run, started, 'reconciling did not finish in time');
  const stopped = started.nodes.filter((node) => node.stop === 'canceled');
  const left = whatIsLeft(started);
  if (left === undefined && stopped.length === 0 && started.nodes.every(hasNodeEnded)) return;
  const rest =
    stopped.length > 0 ? `${stopped.map(withExecution).join(', ')} stopped` : 'nothing was stopped';
  throw mustEndAs(run, left === undefined ? rest : `${rest}; ${left}`, {
    ...executionsOf(started),
    ...(left !== undefined && { unknown: left }),
  });
}

/** One step of the cleanup. False: no step is left. */
async function stopOrList(run: RemoteRun, started: Started, untilMs: number): Promise<boolean> {
  if (isStartUnknown(run)) settleOutcome(run, started);
  const withinMs = untilMs - run.port.now();
  if (withinMs <= 0 || started.nodes.every(hasNodeEnded)) return false;
  showNodes(run, started, {
    phase: 'stopping',
    note: 'stops its executions, and lists those that may still start',
  });
  const toStop = runningNodes(started).filter(
    ({ exactMatch, stop }) => exactMatch && stop === undefined,
  );
  if (!isStartUnknown(run) && toStop.length > 0) {
    await Promise.all(toStop.map((node) => stop(run, node, withinMs)));
    scheduleDue(started, run.port.now());
    return true;
  }
  const isDue = expectedNodes(started).some(
    (node) => node.dueMs !== undefined && (isStartUnknown(run) || !isAmbiguous(node)),
  );
  if (!isDue) return false;
  const summary = `find what to stop of ${started.permit.name}`;
  const onReport = showRemoteError(run);
  return await step(run, started, { withinMs, cancellation: UNCANCELLABLE, summary, onReport }, []);
}

async function stop(run: RemoteRun, node: FollowedNode, withinMs: number): Promise<void> {
  const { profile } = remoteRef(run);
  const executionId = node.execution?.jobExecutionId ?? '';
  const input = { jobId: node.jobId, executionId, ...(profile !== undefined && { profile }) };
  const untilMs = run.port.now() + withinMs;
  const tryOnce = (): Promise<VerbResult<StopResult>> =>
    run.port.stop(input, {
      withinMs: Math.max(1, untilMs - run.port.now()),
      summary: `stop ${node.name ?? node.jobId}`,
      onReport: (lastError) => {
        showRemoteError(run)(lastError && `job ${node.jobId}: ${lastError}`);
      },
    });
  let stopped = await tryOnce();
  // A single permanent failure may be a wrong answer: known executions must not keep running because of it.
  for (let tries = 1; stopped.kind === 'failed' && tries < MAX_STOP_TRIES; tries += 1) {
    if (untilMs - run.port.now() <= STOP_PAUSE_MS) break;
    await run.port.sleep(STOP_PAUSE_MS, UNCANCELLABLE);
    stopped = await tryOnce();
  }
  node.stop = 'unknown';
  if (stopped.kind !== 'done') return;
  const { execution, stop: how } = stopped.value;
  node.execution = execution;
  if (how === 'unsupported') return;
  node.stop = how === 'canceled' && execution.status === 'CANCELED' ? 'canceled' : 'ended';
}
