import type { CancellationScope } from '@temporalio/workflow';
import { runJobProblems } from '../contract/run-options.js';
import type { RunJobRequest, RunJobResult, RunProgress, RunState } from '../contract/run.js';
import { invalidInput } from './runtime/failures.js';
import { cancellationOf } from './runtime/cancellation.js';
import { launch, runResult } from './runtime/launch.js';
import { measureRun } from './runtime/run-metrics.js';
import { newScope, ownScope } from './runtime/own-scope.js';
import { nextKey, register, sharedByRuns } from './runtime/run-registry.js';
import { runToEnd } from './job-run/attempts.js';
import { expectCarriedEntry } from './job-run/group.js';
import { planRun } from './job-run/request.js';
import { newSubmission, type Run } from './job-run/run.js';
import { freshProgress } from './job-run/progress.js';
import { claimOf, stateOf, submissionOf } from './job-run/state.js';
import { TemporalPort } from './temporal-port.js';

/** A run under way. */
export interface RunHandle {
  /**
   * The end of the run. Await it after a cancel too: what was started is stopped only while the workflow is open.
   * @throws ApplicationFailure of a type in the failure table; CancelledFailure when the run was cancelled.
   */
  result(): Promise<RunJobResult>;
  /** Progress, as the query `dataflowProgress` shows it. */
  progress(): RunProgress;
  /** State from which a later run continues: pass it as `state` after continue-as-new. */
  state(): RunState;
  /** Cancels only this run: its execution is stopped, unless `onCancel` is `abandon`. */
  cancel(): void;
}

/**
 * Starts a run of a Data Flow job. Call it inside a workflow; the worker needs `DataFlowPlugin`.
 * @throws ApplicationFailure `DataFlowInvalidInput` with every problem of the request; nothing was called then.
 */
export const startJob = (request: RunJobRequest): RunHandle =>
  startRun(request, newScope(), () => undefined);

/**
 * As {@link startJob}, until `scope` is cancelled; `onProgress` is called at every change, `owner` is the pipeline of
 * the run. `peek` returns the state for a query. Unlike `state()` it does not mark the run as handed over.
 */
export function startRun(
  request: RunJobRequest,
  scope: CancellationScope,
  onProgress: (progress: RunProgress) => void,
  owner?: object,
): RunHandle & { peek(): RunState } {
  const problems = runJobProblems(request);
  if (problems.length > 0) throw invalidInput(problems);
  const run = createRun(request, scope, onProgress, owner);
  register(run);
  return {
    ...launch(scope, run, () => runToEnd(run)),
    progress: () => run.progress,
    peek: () => stateOf(run),
    state: () => {
      run.isHandedOver = true;
      return stateOf(run);
    },
  };
}

/**
 * Runs a Data Flow job to its end: started once, watched with few calls, stopped for certain when the workflow is
 * cancelled. Resolves only with a COMPLETED execution.
 * @throws ApplicationFailure of a type in the failure table; CancelledFailure when the workflow was cancelled.
 */
export const runJob = (request: RunJobRequest): Promise<RunJobResult> =>
  runResult(() => startRun(request, ownScope(), () => undefined));

function createRun(
  request: RunJobRequest,
  scope: CancellationScope,
  onProgress: Run['onProgress'],
  owner: object | undefined,
): Run {
  const plan = planRun(request);
  const measure = measureRun(plan);
  const port = new TemporalPort(sharedByRuns(owner), measure.onExecution);
  const keyOf = nextKey();
  const { state } = plan;
  const submission =
    state === undefined ? newSubmission(keyOf(1), 1) : submissionOf(state, port.now());
  if (state !== undefined) claimOf(state, port);
  return {
    plan,
    port,
    cancellation: cancellationOf(scope),
    deadlineMs: plan.runTimeoutMs === undefined ? undefined : port.now() + plan.runTimeoutMs,
    keyOf,
    onProgress: (progress) => {
      measure.onProgress(progress);
      onProgress(progress);
    },
    previousAttempts: [...(state?.previousAttempts ?? [])],
    submission,
    entry: state && expectCarriedEntry(plan, state, port),
    progress: freshProgress(plan, submission),
  };
}
