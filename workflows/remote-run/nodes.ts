import { isTerminal } from '../../contract/job.js';
import type { ExpectedNode, FollowResult, RunningNode } from '../../contract/remote-activities.js';
import type { FollowedNode, Started } from './remote-run.js';

/** Whether the node is final: its execution has ended, or it is skipped or lost. */
export const hasNodeEnded = ({ skipped, exactMatch, execution, lost }: FollowedNode): boolean =>
  skipped ||
  lost !== undefined ||
  (exactMatch && execution !== undefined && isTerminal(execution.status));

export const hasCompleted = ({ execution }: FollowedNode): boolean =>
  execution?.status === 'COMPLETED';

/** Whether two executions could be the node's: the run overlaps with another one. */
export const isAmbiguous = ({ exactMatch, candidates }: FollowedNode): boolean =>
  !exactMatch && candidates.length > 0;

/** Whether each node has its certain execution, or will have none: a further run cannot be mistaken for this one. */
export const isSettled = ({ nodes }: Started): boolean =>
  nodes.every(({ exactMatch, skipped, lost }) => exactMatch || skipped || lost !== undefined);

const parentsOf = ({ nodes }: Started, { parentJobIds }: FollowedNode): readonly FollowedNode[] =>
  nodes.filter(({ jobId }) => parentJobIds.includes(jobId));

/** Whether the service starts the node: all nodes before it have completed. */
const areParentsCompleted = (started: Started, node: FollowedNode): boolean =>
  parentsOf(started, node).every(hasCompleted);

/** Whether the service should skip the node: a node before it did not complete, or cannot be followed. */
const isBlocked = (started: Started, node: FollowedNode): boolean =>
  parentsOf(started, node).some(
    (parent) =>
      parent.skipped ||
      parent.lost !== undefined ||
      (parent.execution !== undefined &&
        isTerminal(parent.execution.status) &&
        !hasCompleted(parent)),
  );

/** Nodes to list: they should have started, and their execution is not certain yet. */
export const expectedNodes = (started: Started): readonly FollowedNode[] =>
  started.nodes.filter(
    (node) =>
      !node.exactMatch &&
      !node.skipped &&
      node.lost === undefined &&
      (areParentsCompleted(started, node) || isBlocked(started, node)),
  );

export const toExpected = (node: FollowedNode, nowMs: number): ExpectedNode => {
  const { jobId, knownIds, knownSinceMs, incomplete, execution, candidates, dueMs } = node;
  return {
    jobId,
    knownIds,
    ...(knownSinceMs !== undefined && { knownSinceMs }),
    ...(incomplete !== undefined && { incomplete }),
    seenIds: [...(execution === undefined ? [] : [execution.jobExecutionId]), ...candidates],
    ...(dueMs !== undefined && { settlesInMs: Math.max(0, dueMs - nowMs) }),
  };
};

/** Executions whose end is not known. */
export const runningNodes = ({ nodes }: Started): readonly FollowedNode[] =>
  nodes.filter(
    ({ execution, lost }) =>
      lost === undefined && execution !== undefined && !isTerminal(execution.status),
  );

export const toRunning = ({ jobId, execution }: FollowedNode): RunningNode => ({
  jobId,
  executionId: execution?.jobExecutionId ?? '',
  ...(execution?.createdDate !== undefined && { createdDate: execution.createdDate }),
});

/** Applies the result of a listing. */
export function applyResult(
  started: Started,
  { seen, ended, lost }: FollowResult,
  nowMs: number,
): void {
  const find = (jobId: string): FollowedNode | undefined =>
    started.nodes.find((one) => one.jobId === jobId);
  for (const { jobId, executions, possibleIds, settled } of seen) {
    const node = find(jobId);
    if (node === undefined) continue;
    if (node.execution === undefined && executions.length > 0) {
      node.execution = executions[0];
      // A second execution may be listed as late as this one.
      if (node.overdue) node.dueMs = nowMs + started.permit.timings.maxListingDelayMs;
    }
    const mine = node.execution?.jobExecutionId;
    const others = executions.map((one) => one.jobExecutionId).filter((id) => id !== mine);
    const possible = settled && !isBlocked(started, node) ? possibleIds : [];
    node.candidates.splice(0, Infinity, ...others, ...possible);
    if (settled) settle(started, node);
  }
  for (const execution of ended) {
    const node = find(execution.jobId);
    if (node?.execution?.jobExecutionId === execution.jobExecutionId) node.execution = execution;
  }
  for (const { jobId, message } of lost) {
    const node = find(jobId);
    if (node !== undefined) Object.assign(node, { lost: message, dueMs: undefined });
  }
  scheduleDue(started, nowMs);
}

function settle(started: Started, node: FollowedNode): void {
  node.dueMs = undefined;
  if (node.execution !== undefined) node.exactMatch = node.candidates.length === 0;
  else if (isBlocked(started, node)) node.skipped = true;
  else node.overdue = node.candidates.length === 0;
}

/**
 * Sets until when a node that is due must be listed: `maxListingDelay` after the end of the last job before it was
 * seen. A node that is skipped is listed once.
 */
export function scheduleDue(started: Started, nowMs: number): void {
  for (const node of started.nodes) {
    const { exactMatch, skipped, overdue, lost, dueMs } = node;
    if (exactMatch || skipped || overdue || lost !== undefined || dueMs !== undefined) continue;
    if (isBlocked(started, node)) node.dueMs = nowMs;
    else if (node.parentJobIds.length > 0 && areParentsCompleted(started, node)) {
      node.dueMs = nowMs + started.permit.timings.maxListingDelayMs;
    }
  }
}
