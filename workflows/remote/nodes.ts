import { isTerminal } from '../../contract/job.js';
import type { ExpectedNode, FollowResult, RunningNode } from '../../contract/remote-activities.js';
import { DATE_STEP_MARGIN_MS } from '../../contract/timings.js';
import type { FollowedNode, Started } from './remote-run.js';

/** Whether the node is done with: its execution has ended, or it was passed over. */
export const hasEnded = ({ skipped, sure, execution }: FollowedNode): boolean =>
  skipped || (sure && execution !== undefined && isTerminal(execution.status));

export const hasCompleted = ({ execution }: FollowedNode): boolean =>
  execution?.status === 'COMPLETED';

/** Whether two executions could be the node's: the run overlaps with another one. */
export const isAmbiguous = ({ sure, candidates }: FollowedNode): boolean =>
  !sure && candidates.length > 0;

const parentsOf = ({ nodes }: Started, { parentJobIds }: FollowedNode): readonly FollowedNode[] =>
  nodes.filter(({ jobId }) => parentJobIds.includes(jobId));

/** Whether the service starts the node: all that come before it have completed. */
const isTurnOf = (started: Started, node: FollowedNode): boolean =>
  parentsOf(started, node).every(hasCompleted);

/** Whether the service should pass the node over: something before it ended otherwise. */
const isBlocked = (started: Started, node: FollowedNode): boolean =>
  parentsOf(started, node).some(
    (parent) =>
      parent.skipped ||
      (parent.execution !== undefined &&
        isTerminal(parent.execution.status) &&
        !hasCompleted(parent)),
  );

/** Nodes whose execution is to be listed: their turn has come, and it is not sure yet which one is theirs. */
export const expectedNodes = (started: Started): readonly FollowedNode[] =>
  started.nodes.filter(
    (node) => !node.sure && !node.skipped && (isTurnOf(started, node) || isBlocked(started, node)),
  );

export const toExpected = (node: FollowedNode): ExpectedNode => {
  const { jobId, knownIds, knownSinceMs, execution, candidates, dueMs } = node;
  return {
    jobId,
    knownIds,
    ...(knownSinceMs !== undefined && { knownSinceMs }),
    seenIds: [...(execution === undefined ? [] : [execution.jobExecutionId]), ...candidates],
    ...(dueMs !== undefined && { dueMs }),
  };
};

/** Executions whose end is not known. */
export const runningNodes = ({ nodes }: Started): readonly FollowedNode[] =>
  nodes.filter(({ execution }) => execution !== undefined && !isTerminal(execution.status));

export const toRunning = ({ jobId, execution }: FollowedNode): RunningNode => ({
  jobId,
  executionId: execution?.jobExecutionId ?? '',
  ...(execution?.createdDate !== undefined && { createdDate: execution.createdDate }),
});

/** Takes in what a look showed. */
export function takeIn(started: Started, { seen, ended, serviceMs }: FollowResult): void {
  const lagMs = started.permit.timings.visibleWithinMs + DATE_STEP_MARGIN_MS;
  for (const { jobId, executions, settled } of seen) {
    const node = started.nodes.find((one) => one.jobId === jobId);
    if (node === undefined) continue;
    if (node.execution === undefined && executions.length > 0) {
      node.execution = executions[0];
      if (node.overdue) node.dueMs = serviceMs + lagMs; // another one may follow as late as this one
    }
    const mine = node.execution?.jobExecutionId;
    const others = executions.map((one) => one.jobExecutionId).filter((id) => id !== mine);
    node.candidates.splice(0, Infinity, ...others);
    if (settled) settle(started, node);
  }
  for (const execution of ended) {
    const node = started.nodes.find(({ jobId }) => jobId === execution.jobId);
    if (node?.execution?.jobExecutionId === execution.jobExecutionId) node.execution = execution;
  }
  callNext(started, serviceMs);
}

function settle(started: Started, node: FollowedNode): void {
  node.dueMs = undefined;
  if (node.execution !== undefined) node.sure = node.candidates.length === 0;
  else if (isBlocked(started, node)) node.skipped = true;
  else node.overdue = true;
}

/**
 * Sets until when a node must be listed whose turn has come: as long after the last job before it has ended as a
 * start takes to show. One that is passed over is looked at once.
 */
export function callNext(started: Started, serviceMs: number): void {
  const lagMs = started.permit.timings.visibleWithinMs + DATE_STEP_MARGIN_MS;
  for (const node of started.nodes) {
    if (node.sure || node.skipped || node.overdue || node.dueMs !== undefined) continue;
    if (isBlocked(started, node)) node.dueMs = 0;
    else if (node.parentJobIds.length > 0 && isTurnOf(started, node)) {
      const ends = parentsOf(started, node).map(({ execution }) =>
        Date.parse(execution?.endDate ?? ''),
      );
      node.dueMs = Math.max(serviceMs, ...ends.filter((ms) => !Number.isNaN(ms))) + lagMs;
    }
  }
}
