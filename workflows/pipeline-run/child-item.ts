import {
  ChildWorkflowCancellationType,
  condition,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { RUN_PIPELINE_WORKFLOW, SUSPEND_SIGNAL } from '../../contract/names.js';
import type {
  ChildRunState,
  PipelineParameters,
  PipelineWorkflowResult,
  RunPipelineRequest,
} from '../../contract/pipeline-run.js';
import type { PipelineStep } from '../../contract/pipeline.js';
import { evaluatedParameters } from '../../pipeline/evaluation.js';
import { pack, unpack } from '../../pipeline/packed.js';
import { newScope } from '../runtime/own-scope.js';
import { type ItemEnd, type ItemStart, reportItem, type RunningItem } from './item.js';
import type { Limited } from './job-limit.js';

/**
 * A nested pipeline, run as a child workflow. Children do not outlive continue-as-new of their parent: before it the
 * child hands over its state and ends; the next run continues it.
 */
export function startChildItem(
  start: ItemStart<PipelineStep> & Limited,
  isDraining: () => boolean,
): RunningItem {
  const { step, values, carried } = start;
  const parameters =
    carried?.child?.parameters ??
    (evaluatedParameters(step.parameters, values) as PipelineParameters);
  const limitMs = start.timeLeftMs === undefined ? undefined : Date.now() + start.timeLeftMs;
  const child: Child = {
    ...{ start, parameters, limitMs, state: carried?.child },
    ...{ isCanceled: false, isSuspended: false },
  };
  reportItem(start, runChild(child, isDraining));
  return {
    cancel: () => {
      child.isCanceled = true;
      child.cancel?.();
    },
    drain: () => {
      child.suspend?.();
    },
    isBusy: () => !child.isSuspended || child.isCanceled,
    snapshot: () => (child.state === undefined ? {} : { child: child.state }),
    note: () => `workflow ${start.childId}`,
  };
}

interface Child {
  readonly start: ItemStart<PipelineStep>;
  readonly parameters: PipelineParameters;
  /** Workflow time at which a limit of the pipelines around it ends; undefined without a limit. */
  readonly limitMs: number | undefined;
  /** State while no child workflow runs it. */
  state: ChildRunState | undefined;
  isCanceled: boolean;
  /** It has handed over its state. A child that has ended blocks continue-as-new until that is reported: else it would start again. */
  isSuspended: boolean;
  /** Set while a child workflow runs it. */
  cancel?: (() => void) | undefined;
  suspend?: (() => void) | undefined;
}

async function runChild(child: Child, isDraining: () => boolean): Promise<ItemEnd> {
  for (;;) {
    const result = await runOnce(child, isDraining);
    if (!('suspended' in result)) {
      const { key, steps } = result;
      const statuses = Object.entries(steps).map(([id, { status }]) => [id, status]);
      const output = { key, steps: Object.fromEntries(statuses) as unknown };
      return { outcome: 'succeeded', output };
    }
    child.state = unpack(result.suspended);
    child.isSuspended = true;
    await condition(() => !isDraining() || child.isCanceled);
    child.isSuspended = false;
  }
}

function requestOf({ start, parameters, limitMs, state }: Child): RunPipelineRequest {
  const outer = limitMs !== undefined && { outerTimeLeftMs: Math.max(1, limitMs - Date.now()) };
  return {
    pipeline: start.step.plan,
    parameters,
    ...(start.profile !== undefined && { profile: start.profile }),
    ...(start.scheduled !== undefined && { scheduled: start.scheduled }),
    ...outer,
    ...(state !== undefined && { resumeFrom: pack({ ...state, ...outer }) }),
  };
}

/** Runs one child workflow until it ends, or has handed over its state. */
async function runOnce(child: Child, isDraining: () => boolean): Promise<PipelineWorkflowResult> {
  const { start } = child;
  const scope = newScope();
  const request = requestOf(child);
  start.sent(request);
  // Not cancelled before it runs: only the child can stop what it resumed.
  child.cancel = () => undefined;
  child.suspend = () => undefined;
  try {
    return await scope.run(async () => {
      const handle = await startChild<(request: RunPipelineRequest) => Promise<never>>(
        RUN_PIPELINE_WORKFLOW,
        {
          args: [request],
          workflowId: start.childId,
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          staticSummary: `step ${start.ref.step}`,
        },
      );
      child.state = undefined;
      child.suspend = () => {
        void handle.signal(SUSPEND_SIGNAL).catch(() => undefined); // it has just ended
      };
      child.cancel = () => {
        scope.cancel();
      };
      if (isDraining()) child.suspend();
      const result: Promise<PipelineWorkflowResult> = handle.result();
      if (child.isCanceled) child.cancel();
      return await result;
    });
  } finally {
    child.cancel = undefined;
    child.suspend = undefined;
  }
}
