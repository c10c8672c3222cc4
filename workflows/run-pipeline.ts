import { type CancellationScope, workflowInfo } from '@temporalio/workflow';
import type {
  HandedOverRun,
  PipelineProgress,
  PipelineResult,
  PipelineRunState,
  RunPipelineOptions,
} from '../contract/pipeline-run.js';
import { unpack } from '../pipeline/packed.js';
import { currentActivation, isCurrent, pending } from './runtime/activation.js';
import { cancellationOf } from './runtime/cancellation.js';
import { newScope, nonCancellable } from './runtime/own-scope.js';
import { freshRun } from './pipeline-run/begin.js';
import { pipelineResult } from './pipeline-run/pipeline-end.js';
import { progressOf } from './pipeline-run/pipeline-progress.js';
import { PipelineRun } from './pipeline-run/pipeline-run.js';
import { addRun, registerUpdates } from './pipeline-run/updates.js';
import { registerPipeline } from './runtime/run-registry.js';

/** Options of `runPipeline` and `startPipelineRun`. */
export interface StartPipelineOptions extends RunPipelineOptions {
  /** `state()` of an earlier run, which is continued. All other options are then ignored. @default a new run */
  readonly state?: HandedOverRun;
}

/** A run of a pipeline under way. */
export interface PipelineHandle {
  /**
   * The end of the run.
   * @throws ApplicationFailure `DataFlowPipelineFailed`, or another type of the failure table; CancelledFailure when
   *   the run was cancelled: then everything that it had started has been stopped.
   */
  result(): Promise<PipelineResult>;
  /** Progress; undefined while the pipeline is still being read. */
  progress(): PipelineProgress | undefined;
  /**
   * For continue-as-new: starts no further steps, waits for what cannot be handed over, and returns the state from
   * which a later run continues (option `state`). Undefined if the run ended before. This run does not continue
   * afterwards.
   */
  state(): Promise<HandedOverRun | undefined>;
  /** Cancels only this run: everything that it runs is stopped. */
  cancel(): void;
}

/**
 * Starts a pipeline. Call it inside a workflow; the worker needs `DataFlowPlugin`, and `dataflowRunPipeline` for
 * pipelines within it. `pipeline`: a definition (an object, or the text of a YAML file), or a plan.
 */
export function startPipelineRun(
  pipeline: object | string,
  { state, ...options }: StartPipelineOptions = {},
): PipelineHandle {
  const scope = newScope();
  const asked = { ...options, key: undefined }; // only dataflowRunPipeline, which runs one pipeline, is given a key
  const wish = { isSuspending: false };
  let run = state && createRun(unpack(state), ownPrefix);
  registerUpdates();
  const played = (async () => {
    run ??= createRun(await scope.run(() => freshRun(pipeline, asked)), ownPrefix);
    run.isSuspending = wish.isSuspending;
    return await playIn(scope, run);
  })();
  played.catch(() => undefined); // whoever calls result() sees it
  return {
    result: async () => pipelineResult((await played).run),
    progress: () => run && progressOf(run),
    state: async () => {
      wish.isSuspending = true;
      run?.suspend();
      return (await played).handedOver;
    },
    cancel: () => {
      scope.cancel();
    },
  };
}

/** A workflow may run several pipelines: the key distinguishes what they start. */
const ownPrefix = (workflowId: string, key: string): string => `${workflowId}/${key}`;

/** Runs a pipeline to its end; see {@link startPipelineRun}. */
export const runPipeline = async (
  pipeline: object | string,
  options: StartPipelineOptions = {},
): Promise<PipelineResult> => startPipelineRun(pipeline, options).result();

/** `childIdPrefix`: prefix of the ids of its child workflows. */
export function createRun(
  from: PipelineRunState,
  childIdPrefix: (workflowId: string, key: string) => string,
): PipelineRun {
  const { workflowId } = workflowInfo();
  const run = new PipelineRun(from, workflowId, childIdPrefix(workflowId, from.key));
  addRun(run);
  registerPipeline(from.key, () => progressOf(run));
  return run;
}

/** A cancel of the scope becomes an event of the planner, which stops what runs; the SDK cancels nothing directly. */
export function playIn(
  scope: CancellationScope,
  run: PipelineRun,
): Promise<{ readonly run: PipelineRun; readonly handedOver: HandedOverRun | undefined }> {
  const cancellation = cancellationOf(scope);
  const cancel = (): void => {
    run.dispatch({ kind: 'cancel' });
  };
  if (cancellation.requested) cancel();
  else cancellation.onRequest(cancel);
  return nonCancellable(async () => {
    const activation = currentActivation();
    const handedOver = await run.play();
    if (!isCurrent(activation)) return await pending<HandedOverRun | undefined>();
    return handedOver ?? (await run.finish()?.play());
  }).then((handedOver) => ({ run, handedOver }));
}
