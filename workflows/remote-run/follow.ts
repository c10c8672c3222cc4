import type { RunRemoteWorkflowResult } from '../../contract/remote-run.js';
import { unboundedWaitMs } from '../job-run/condition.js';
import { isPastDeadline } from '../job-run/limits.js';
import { spansOf } from '../job-run/progress.js';
import { RunFailure } from '../job-run/failures.js';
import { settleOutcome } from './reconcile.js';
import { badRemoteEnd, overlapping } from './failures.js';
import { whatIsLeft } from './left.js';
import { withRemoteLock } from './lock.js';
import { hasCompleted, hasNodeEnded, isAmbiguous, isSettled } from './nodes.js';
import { isStartUnknown, type RemoteRun, type Started } from './remote-run.js';
import { showNodes, showRemote } from './progress.js';
import { remoteLimits } from './limits.js';
import { startRemote } from './start.js';
import { step } from './step.js';
import { cleanup } from './cleanup.js';

/**
 * Runs a workflow of the service to its end: started once, then followed by what its trigger starts of its jobs.
 * Resolves only when every node has a COMPLETED execution.
 * @throws RunFailure with the failure, or without one when the run was canceled.
 */
export async function runRemoteToEnd(run: RemoteRun): Promise<RunRemoteWorkflowResult> {
  try {
    const result = await withRemoteLock(
      run,
      async (release) => await follow(run, await startRemote(run), release),
    );
    showRemote(run, { phase: 'ended', note: 'completed', outcome: 'COMPLETED' });
    return result;
  } catch (error) {
    if (error instanceof RunFailure) {
      const outcome = error.failure?.type ?? 'canceled';
      const unknown = error.unknown !== undefined && { unknown: error.unknown };
      showRemote(run, { phase: 'ended', note: error.message, outcome, ...unknown });
    }
    throw error;
  }
}

async function follow(
  run: RemoteRun,
  started: Started,
  release: () => Promise<void>,
): Promise<RunRemoteWorkflowResult> {
  run.deadlineMs ??= run.port.now() + longestMs(started);
  for (;;) {
    if (isStartUnknown(run)) settleOutcome(run, started);
    if (!isStartUnknown(run) && started.nodes.some(isAmbiguous))
      throw overlapping(run, started, whatIsLeft(started));
    if (started.nodes.every(hasNodeEnded)) break;
    if (isSettled(started)) void release();
    if (run.cancellation.requested || isPastDeadline(run)) {
      await cleanup(run, started);
      break;
    }
    showNodes(run, started, {
      phase: isStartUnknown(run) ? 'reconciling' : 'waiting',
      note: noteOf(run, started),
    });
    await step(run, started, remoteLimits(run, 'follow'));
  }
  showNodes(run, started);
  if (!started.nodes.every(hasCompleted)) throw badRemoteEnd(run, started, whatIsLeft(started));
  return result(run, started);
}

function noteOf(run: RemoteRun, { nodes }: Started): string {
  if (isStartUnknown(run))
    return 'the outcome of the POST is unknown: reads the executions of its jobs';
  const overdue = nodes.filter((node) => node.overdue && node.execution === undefined);
  if (overdue.length === 0) return 'waits for the jobs to start and to end';
  const ids = overdue.map(({ jobId }) => jobId).join(', ');
  return `job ${ids} should have been started and does not show: it may be at its limit, or disabled`;
}

/** Without runTimeout: each job's remote timeout and an hour of queueing, one after the other. */
const longestMs = ({ nodes }: Started): number =>
  nodes.reduce((sum, { timeoutMinutes: timeout }) => {
    return sum + unboundedWaitMs(timeout === undefined ? undefined : { timeout });
  }, 0);

function result(run: RemoteRun, { permit, triggerId, nodes }: Started): RunRemoteWorkflowResult {
  return {
    workflowId: run.plan.workflowId,
    name: permit.name,
    triggerId,
    submission: run.key,
    submissionOutcome: run.progress.submissionOutcome ?? 'submitted',
    posts: run.submission.record.posts,
    nodes: nodes.flatMap(({ jobId, name, execution }) =>
      execution === undefined
        ? []
        : [{ jobId, ...(name !== undefined && { name }), execution, ...spansOf(execution) }],
    ),
    statusCalls: run.statusCalls,
  };
}
