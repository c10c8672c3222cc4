import { isTerminal } from '../../contract/job.js';
import { withExecution } from './failures.js';
import { expectedNodes, hasNodeEnded } from './nodes.js';
import type { FollowedNode, Started } from './remote-run.js';

/** What may still run or start, and what to check; undefined if everything is known. */
export function whatIsLeft(started: Started): string | undefined {
  const left = started.nodes.flatMap((node) => leftOf(started, node) ?? []);
  return left.length === 0 ? undefined : `${left.join('; ')}: check them in the service`;
}

function leftOf(started: Started, node: FollowedNode): string | undefined {
  const { execution, candidates, exactMatch, jobId, lost } = node;
  const among = [...(execution === undefined ? [] : [execution.jobExecutionId]), ...candidates];
  if (lost !== undefined) {
    return among.length === 0
      ? `job ${jobId} may have been started, and the jobs after it`
      : `${withExecution(node)} was seen ${execution?.status ?? ''} and may still run, and the jobs after it may start`;
  }
  if (hasNodeEnded(node) || (execution !== undefined && isTerminal(execution.status)))
    return undefined;
  if (among.length === 0) {
    return expectedNodes(started).includes(node)
      ? `job ${jobId} may have been started and does not show`
      : undefined;
  }
  return exactMatch
    ? `${withExecution(node)} may still run`
    : `${among.join(', ')} of job ${jobId}, of which one may be this run's, were left alone`;
}
