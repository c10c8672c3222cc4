import { type FailureDetails, type FailureType, remedyOf } from '../../contract/failures.js';
import { canceled, endedExecution, RunFailure } from '../job-run/failures.js';
import type { Failure } from '../job-run/port.js';
import type { FollowedNode, RemoteRun, Started } from './remote-run.js';

type Details = Omit<FailureDetails, 'remedy'>;

/** Failure of this type, which ends the run. `details.unknown`: facts that stay unknown. */
export function remoteFailed(
  { plan: { workflowId } }: RemoteRun,
  type: FailureType,
  message: string,
  details: Details = {},
): RunFailure {
  const remedy = remedyOf(type, { workflowId });
  const all = { workflowId, ...details, remedy };
  const text = `workflow ${workflowId} of the service: ${message}`;
  return new RunFailure(
    text,
    { type, message: `${text}. ${remedy}`, details: all },
    details.unknown,
  );
}

/** The failure that an activity reported, with what had been started. */
export function remoteFailedAs(
  { plan: { workflowId } }: RemoteRun,
  failure: Failure,
  details: Details = {},
): RunFailure {
  const all = { workflowId, ...failure.details, ...details };
  return new RunFailure(failure.message, { ...failure, details: all }, details.unknown);
}

/** The end of a run that was cancelled, or whose time is over. */
export const mustEndAs = (
  run: RemoteRun,
  rest: string,
  { unknown, ...details }: Details = {},
): RunFailure =>
  run.cancellation.requested
    ? canceled(`workflow ${run.plan.workflowId} of the service: ${rest}`, unknown)
    : remoteFailed(
        run,
        'DataFlowDeadlineExceeded',
        `it did not end within its time limit; ${rest}`,
        {
          ...details,
          ...(unknown !== undefined && { unknown }),
        },
      );

/** The end of a run that started nothing because of a failure. A cancel stays a cancel. */
export const nothingStarted = (run: RemoteRun, failure: Failure): RunFailure =>
  run.cancellation.requested
    ? mustEndAs(run, `nothing was started (${failure.message})`)
    : remoteFailedAs(run, failure);

/** Every execution that the run knows, for the failure's details. */
export function executionsOf({ nodes, triggerId }: Started): Details {
  const executions = nodes.flatMap(({ jobId, execution }) =>
    execution === undefined
      ? []
      : [{ jobId, executionId: execution.jobExecutionId, status: execution.status }],
  );
  return { triggerId, ...(executions.length > 0 && { executions }) };
}

const nameOf = ({ jobId, name }: FollowedNode): string =>
  name === undefined || name === jobId ? `job ${jobId}` : `node ${name} (job ${jobId})`;

export const withExecution = (node: FollowedNode): string =>
  node.execution === undefined
    ? nameOf(node)
    : `execution ${node.execution.jobExecutionId} of ${nameOf(node)}`;

/**
 * The end of a run whose executions did not all complete, or of which one cannot be followed any more. The failure has
 * the ids of the first such execution. `left`: what may still run or start.
 */
export function badRemoteEnd(
  run: RemoteRun,
  started: Started,
  left: string | undefined,
): RunFailure {
  const bad = started.nodes.filter(
    ({ execution, lost }) =>
      lost !== undefined || (execution !== undefined && execution.status !== 'COMPLETED'),
  );
  const [type, first] = worst(bad);
  const message = bad.map(badText).join(', ');
  const ids = first?.execution && { jobId: first.jobId, ...endedExecution(first.execution) };
  const unknown = left !== undefined && { unknown: left };
  return remoteFailed(run, type, message, { ...ids, ...executionsOf(started), ...unknown });
}

function worst(bad: readonly FollowedNode[]): readonly [FailureType, FollowedNode | undefined] {
  const failed = bad.find(({ execution }) => execution?.status === 'FAILED');
  if (failed !== undefined) return ['DataFlowExecutionFailed', failed];
  const lost = bad.find((node) => node.lost !== undefined);
  return lost === undefined ? ['DataFlowExecutionCanceled', bad[0]] : ['DataFlowNotFound', lost];
}

const badText = (node: FollowedNode): string =>
  node.lost === undefined
    ? `${withExecution(node)} ended ${node.execution?.status ?? ''}`
    : `${withExecution(node)} cannot be followed any more (${node.lost})`;

/**
 * A node has two executions: that of this run, and that of a run which overlaps with it. `left`: what may still run.
 */
export function overlapping(
  run: RemoteRun,
  started: Started,
  left: string | undefined,
): RunFailure {
  const nodes = started.nodes.filter(
    ({ exactMatch, candidates }) => !exactMatch && candidates.length > 0,
  );
  const candidates = nodes.flatMap((node) => [
    ...(node.execution === undefined ? [] : [node.execution.jobExecutionId]),
    ...node.candidates,
  ]);
  const message =
    `it overlaps with another run: ${candidates.join(', ')} of ${nodes.map(nameOf).join(', ')} ` +
    'cannot be told apart, so they were left running';
  return remoteFailed(run, 'DataFlowSubmissionAmbiguous', message, {
    candidates,
    ...executionsOf(started),
    ...(left !== undefined && { unknown: left }),
  });
}
