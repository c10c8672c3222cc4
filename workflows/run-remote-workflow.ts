import type { CancellationScope } from '@temporalio/workflow';
import type {
  RemoteRunProgress,
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from '../contract/remote-run.js';
import { remoteWorkflowProblems } from '../contract/run-options.js';
import { invalidInput } from './runtime/failures.js';
import { cancellationOf } from './runtime/cancellation.js';
import { launch, runResult } from './runtime/launch.js';
import { measureRun } from './runtime/run-metrics.js';
import { newScope } from './runtime/own-scope.js';
import { nextKey, register, sharedByRuns } from './runtime/run-registry.js';
import { runRemoteToEnd } from './remote-run/follow.js';
import { freshRemoteState, type RemoteRun } from './remote-run/remote-run.js';
import { planRemoteRun } from './remote-run/request.js';
import { freshRemoteProgress } from './remote-run/progress.js';
import { TemporalRemotePort } from './temporal-port.js';

/** A run of a remote workflow under way. */
export interface RemoteRunHandle {
  /**
   * The end of the run.
   * @throws ApplicationFailure of a type in the failure table; CancelledFailure when the run was cancelled.
   */
  result(): Promise<RunRemoteWorkflowResult>;
  /** Progress, as the query `dataflowProgress` shows it. */
  progress(): RemoteRunProgress;
  /** Cancels only this run: its executions are stopped, unless `onCancel` is `abandon`. */
  cancel(): void;
}

/**
 * Starts a workflow of the service (a trigger and its jobs). Call it inside a Temporal workflow; the worker needs
 * `DataFlowPlugin`.
 * @throws ApplicationFailure `DataFlowInvalidInput` with every problem of the request; nothing was called then.
 */
export const startRemoteWorkflow = (request: RunRemoteWorkflowRequest): RemoteRunHandle =>
  startRemoteRun(request, () => undefined);

/** As {@link startRemoteWorkflow}; `onProgress` is called at every change. */
export function startRemoteRun(
  request: RunRemoteWorkflowRequest,
  onProgress: RemoteRun['onProgress'],
): RemoteRunHandle {
  const problems = remoteWorkflowProblems(request);
  if (problems.length > 0) throw invalidInput(problems);
  const scope = newScope();
  const run = createRemoteRun(request, scope, onProgress);
  register(run);
  return {
    ...launch(scope, run, () => runRemoteToEnd(run)),
    progress: () => run.progress,
  };
}

/**
 * Runs a workflow of the service to its end: started once by executeWorkflow, followed by the executions that its
 * trigger starts (NOTES §5.7: the service names no run), stopped when the Temporal workflow is cancelled. Resolves
 * only when every job of it COMPLETED. The executions of two overlapping runs cannot be distinguished: the run then
 * fails as `DataFlowSubmissionAmbiguous`, or as `DataFlowBadState` where the other run is seen before the start.
 * @throws ApplicationFailure of a type in the failure table; CancelledFailure when the workflow was cancelled.
 */
export const runRemoteWorkflow = (
  request: RunRemoteWorkflowRequest,
): Promise<RunRemoteWorkflowResult> => runResult(() => startRemoteWorkflow(request));

function createRemoteRun(
  request: RunRemoteWorkflowRequest,
  scope: CancellationScope,
  onProgress: RemoteRun['onProgress'],
): RemoteRun {
  const plan = planRemoteRun(request);
  const measure = measureRun(plan);
  const port = new TemporalRemotePort(sharedByRuns(), measure.onExecution);
  const key = nextKey()(1);
  return {
    plan,
    port,
    cancellation: cancellationOf(scope),
    deadlineMs: plan.runTimeoutMs === undefined ? undefined : port.now() + plan.runTimeoutMs,
    onProgress: (progress) => {
      measure.onProgress(progress);
      onProgress(progress);
    },
    key,
    ...freshRemoteState(),
    progress: freshRemoteProgress(plan, key),
  };
}
