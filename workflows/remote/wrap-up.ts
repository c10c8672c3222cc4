import { isTerminal } from '../../contract/job.js';
import { NEVER } from '../run/never.js';
import { inDoubt, settleDoubt } from './doubt.js';
import { executionsOf, mustEndAs, withExecution } from './ends.js';
import { callNext, expectedNodes, hasEnded, isAmbiguous, runningNodes } from './nodes.js';
import { remoteRef, type FollowedNode, type RemoteRun, type Started } from './remote-run.js';
import { showNodes } from './show.js';
import { step } from './step.js';

/**
 * A cancel, or the limit passed: stops every execution of the run, also those that are accepted and not listed yet,
 * and says what is not known. Returns when all of them ended by themselves: that is the run's own end.
 * @throws RunEnded
 */
export async function wrapUp(run: RemoteRun, started: Started): Promise<void> {
  if (run.interrupt.requested && run.plan.onCancel === 'abandon') {
    throw mustEndAs(run, 'what it started was left running, as onCancel says');
  }
  const untilMs = run.port.now() + run.plan.cleanupTimeoutMs;
  while (await stopOrLook(run, started, untilMs));
  showNodes(run, started);
  if (run.doubt) {
    const seen = started.nodes.flatMap(({ execution }) => execution?.jobExecutionId ?? []);
    throw inDoubt(run, started, seen);
  }
  const stopped = started.nodes.filter((node) => node.stop === 'canceled');
  const left = whatIsLeft(started);
  if (left === undefined && stopped.length === 0 && started.nodes.every(hasEnded)) return;
  const rest =
    stopped.length > 0 ? `${stopped.map(withExecution).join(', ')} stopped` : 'nothing was stopped';
  throw mustEndAs(run, left === undefined ? rest : `${rest}; ${left}`, {
    ...executionsOf(started),
    ...(left !== undefined && { unknown: left }),
  });
}

/** One step towards the end. False: there is none left to take. */
async function stopOrLook(run: RemoteRun, started: Started, untilMs: number): Promise<boolean> {
  if (run.doubt) settleDoubt(run, started);
  const withinMs = untilMs - run.port.now();
  if (withinMs <= 0 || started.nodes.every(hasEnded)) return false;
  showNodes(run, started, {
    phase: 'stopping',
    note: 'stops what it started, and looks for what may start yet',
  });
  const toStop = runningNodes(started).filter(({ sure, stop }) => sure && stop === undefined);
  if (!run.doubt && toStop.length > 0) {
    await Promise.all(toStop.map((node) => stop(run, node, withinMs)));
    callNext(started, latestEndMs(started));
    return true;
  }
  const isDue = expectedNodes(started).some((node) => node.dueMs !== undefined);
  if (!isDue || (!run.doubt && started.nodes.some(isAmbiguous))) return false;
  const summary = `look for what to stop of ${started.permit.name}`;
  return await step(run, started, { withinMs, interrupt: NEVER, summary }, []);
}

async function stop(run: RemoteRun, node: FollowedNode, withinMs: number): Promise<void> {
  const { profile } = remoteRef(run);
  const executionId = node.execution?.jobExecutionId ?? '';
  const stopped = await run.port.stop(
    { jobId: node.jobId, executionId, ...(profile !== undefined && { profile }) },
    { withinMs, summary: `stop ${node.name ?? node.jobId}` },
  );
  node.stop = 'unknown';
  if (stopped.kind !== 'done') return;
  const { execution, stop: how } = stopped.value;
  node.execution = execution;
  if (how === 'unsupported') return;
  node.stop = how === 'canceled' && execution.status === 'CANCELED' ? 'canceled' : 'ended';
}

/** When the latest of the executions ended, by the service's dates. */
const latestEndMs = ({ nodes, permit }: Started): number =>
  Math.max(
    permit.baselineMs ?? 0,
    ...nodes
      .map(({ execution }) => Date.parse(execution?.endDate ?? ''))
      .filter((ms) => !Number.isNaN(ms)),
  );

/** What may still run or start, with what to check; undefined when all is known. */
function whatIsLeft(started: Started): string | undefined {
  const left = started.nodes.flatMap((node) => {
    if (hasEnded(node)) return [];
    const { execution, candidates, sure, jobId } = node;
    if (execution !== undefined && isTerminal(execution.status)) return [];
    if (execution === undefined) {
      const isExpected = expectedNodes(started).includes(node);
      return isExpected ? [`job ${jobId} may have been started and does not show`] : [];
    }
    if (sure) return [`${withExecution(node)} may still run`];
    const among = [execution.jobExecutionId, ...candidates].join(', ');
    return [`${among} of job ${jobId}, of which one may be this run's, were left alone`];
  });
  return left.length === 0 ? undefined : `${left.join('; ')}: check them in the service`;
}
