import { FAILURES, type FailureDetails, type FailureType } from '../../contract/failures.js';
import { canceled, RunEnded } from '../run/ends.js';
import type { Failure } from '../run/port.js';
import type { FollowedNode, RemoteRun, Started } from './remote-run.js';

type Details = Omit<FailureDetails, 'remedy'>;

/** Ends the run with a failure of this type. `unknown` in the details: what could not be found out. */
export function remoteFailed(
  { plan: { workflowId } }: RemoteRun,
  type: FailureType,
  message: string,
  details: Details = {},
): RunEnded {
  const { remedy } = FAILURES[type];
  const all = { workflowId, ...details, remedy };
  const text = `workflow ${workflowId} of the service: ${message}`;
  return new RunEnded(text, { type, message: `${text}. ${remedy}`, details: all }, details.unknown);
}

/** Passes on a failure that an activity reported, with what had been started. */
export function remoteFailedAs(
  { plan: { workflowId } }: RemoteRun,
  failure: Failure,
  details: Details = {},
): RunEnded {
  const all = { workflowId, ...failure.details, ...details };
  return new RunEnded(failure.message, { ...failure, details: all }, details.unknown);
}

/** The end of a run that was cancelled, or whose time is over. */
export const mustEndAs = (
  run: RemoteRun,
  rest: string,
  { unknown, ...details }: Details = {},
): RunEnded =>
  run.interrupt.requested
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

/** Every execution that the run knows, so that none is lost. */
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

/** The end that executions mean for the run which did not complete: the first of them gives the failure its ids. */
export function badRemoteEnd(run: RemoteRun, started: Started): RunEnded {
  const bad = started.nodes.filter(
    ({ execution }) => execution !== undefined && execution.status !== 'COMPLETED',
  );
  const failed = bad.filter(({ execution }) => execution?.status === 'FAILED');
  const type = failed.length > 0 ? 'DataFlowExecutionFailed' : 'DataFlowExecutionCanceled';
  const [first] = failed.length > 0 ? failed : bad;
  const message = bad
    .map((node) => `${withExecution(node)} ended ${node.execution?.status ?? ''}`)
    .join(', ');
  const executionId = first?.execution?.jobExecutionId;
  const ids = first && executionId !== undefined && { jobId: first.jobId, executionId };
  return remoteFailed(run, type, message, { ...ids, ...executionsOf(started) });
}

/** Two executions of one node: this run's, and another's that overlaps with it. */
export function overlapping(run: RemoteRun, started: Started): RunEnded {
  const nodes = started.nodes.filter(({ sure, candidates }) => !sure && candidates.length > 0);
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
  });
}
