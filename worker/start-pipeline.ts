import { createHash, randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { DEFAULT_PROFILE, PIPELINE_MEMO, RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import {
  isPipelineKey,
  isPipelineName,
  PIPELINE_KEY_RULE,
  PIPELINE_NAME_RULE,
  pipelineWorkflowId,
} from '../contract/pipeline-ids.js';
import type {
  CarriedItem,
  PipelineResult,
  RunPipelineOptions,
  RunPipelineRequest,
} from '../contract/pipeline-run.js';
import type { PipelinePlan, PipelineState } from '../contract/pipeline.js';
import { INSTANT_RULE, instantMs, type ScheduledRun, scheduledKey } from '../contract/schedule.js';
import { bytesOf, pack, unpack } from '../pipeline/packed.js';
import type { WrittenPipeline } from '../pipeline/definition/pipeline-schema.js';

export interface StartPipelineInput extends RunPipelineOptions {
  /** A definition or a plan. Its name becomes part of the workflow id. */
  readonly pipeline: WrittenPipeline | PipelinePlan;
  /** Task queue of a worker that has `dataflowRunPipeline`. @default 'dataflow' */
  readonly taskQueue?: string;
  /**
   * What this run is for, e.g. `2026-11-22`: 1 to 100 letters, digits, `_`, `.`, `:` or `-`, the first a letter or
   * digit. It is `run.key` of expressions, the workflow id is `dataflow/<pipeline>/<key>`, and a pipeline is run once
   * for a key for as long as the namespace keeps closed workflows. @default with `scheduledAt` that of the
   * scheduled time, which its schedule uses too; else a new one each time
   */
  readonly key?: string;
  /** Scheduled time of a rerun, from the query `dataflowPipelineState`. */
  readonly scheduled?: ScheduledRun;
  /**
   * Number of events after which the workflow continues as new.
   * @default when the server suggests it, or after 4,096 events
   */
  readonly continueAfterEvents?: number;
}

export type PipelineWorkflowHandle = WorkflowHandle<
  (request: RunPipelineRequest) => Promise<PipelineResult>
>;

/** Result of `startPipeline`: a run that it started, or the existing run of this pipeline and key. */
export type StartedPipeline =
  | { readonly handle: PipelineWorkflowHandle; readonly started: true }
  | {
      readonly handle: PipelineWorkflowHandle;
      readonly started: false;
      readonly existing: ExistingPipelineRun;
    };

/** A run that already has the workflow id. */
export interface ExistingPipelineRun {
  readonly status: WorkflowExecutionStatusName;
  readonly startedAt: Date;
  /** When its workflow closed; absent while it is open. */
  readonly endedAt?: Date;
  readonly taskQueue: string;
  /**
   * Whether it was started with an equal pipeline, equal parameters and the same profile; undefined if it was not
   * started by `startPipeline`, so that this is not known.
   */
  readonly sameInput: boolean | undefined;
}

export const DEFAULT_TASK_QUEUE = 'dataflow';

/** Limit of a workflow's input in bytes. The server accepts 2 MB, with headers and what a codec adds. */
export const MAX_INPUT_BYTES = 1_900_000;

/** What `startPipeline` keeps in the memo of the workflow. */
export interface PipelineMemo {
  readonly pipeline: string;
  /** Absent where a schedule started it: each of its runs has another one. */
  readonly key?: string;
  /** SHA-256 of what it was started with. */
  readonly input: string;
}

/**
 * Starts a pipeline. If the pipeline has a run for this `key`, open or closed, nothing is started: `started` is false,
 * and `existing` describes that run. With `rerun` a new run of the key follows a run that failed, or was canceled,
 * terminated or timed out by the server.
 * @throws DataFlowInvalidInputError for a name or key that cannot be part of a workflow id, or an input that is too
 * large
 */
export async function startPipeline(
  client: Client,
  { taskQueue = DEFAULT_TASK_QUEUE, key: given, ...request }: StartPipelineInput,
): Promise<StartedPipeline> {
  const { pipeline, rerun, scheduledAt } = request;
  const scheduledMs = instantMs(scheduledAt);
  const key = given ?? (scheduledMs === undefined ? randomUUID() : scheduledKey(scheduledMs));
  const sent: RunPipelineRequest = {
    ...request,
    key,
    ...(rerun !== undefined && {
      rerun: {
        state: pack<PipelineState>(unpack(rerun.state)),
        carried: pack<readonly CarriedItem[]>(unpack(rerun.carried ?? [])),
        ...(rerun.again !== undefined && { again: rerun.again }),
      },
    }),
  };
  refuseUnfit(sent, pipeline.pipeline);
  const workflowId = pipelineWorkflowId(pipeline.pipeline, key);
  const handle: PipelineWorkflowHandle = client.workflow.getHandle(workflowId);
  const fresh: PipelineMemo = { pipeline: pipeline.pipeline, key, input: digestOf(sent) };
  // A rerun continues with the settings of its first run.
  const memo = (rerun !== undefined && (await memoOf(handle))) || fresh;
  try {
    const started = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
      args: [sent],
      taskQueue,
      workflowId,
      memo: { [PIPELINE_MEMO]: memo },
      staticSummary: `pipeline ${pipeline.pipeline}`,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy:
        rerun === undefined ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
    return { handle: started as PipelineWorkflowHandle, started: true };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle, started: false, existing: await existingRun(handle, fresh) };
  }
}

/** @throws DataFlowInvalidInputError naming all problems */
function refuseUnfit(sent: RunPipelineRequest, name: unknown): void {
  const bytes = bytesOf(sent);
  const problems = [
    ...(isPipelineName(name) ? [] : [`pipeline.pipeline: ${PIPELINE_NAME_RULE}`]),
    ...(isPipelineKey(sent.key) ? [] : [`key: ${PIPELINE_KEY_RULE}`]),
    ...(sent.scheduledAt === undefined || instantMs(sent.scheduledAt) !== undefined
      ? []
      : [`scheduledAt: ${INSTANT_RULE}`]),
    ...(bytes <= MAX_INPUT_BYTES
      ? []
      : [
          `pipeline: must take at most ${MAX_INPUT_BYTES} bytes with its parameters, and takes ${bytes}: pass large lists by reference, or run parts of it as separate pipelines`,
        ]),
  ];
  if (problems.length > 0) throw new DataFlowInvalidInputError('startPipeline', problems);
}

async function existingRun(
  handle: PipelineWorkflowHandle,
  { input }: PipelineMemo,
): Promise<ExistingPipelineRun> {
  const { status, startTime, closeTime, taskQueue, memo } = await handle.describe();
  const known = memo?.[PIPELINE_MEMO] as PipelineMemo | undefined;
  return {
    status: status.name,
    startedAt: startTime,
    ...(closeTime !== undefined && { endedAt: closeTime }),
    taskQueue,
    sameInput: known === undefined ? undefined : known.input === input,
  };
}

async function memoOf(handle: PipelineWorkflowHandle): Promise<PipelineMemo | undefined> {
  try {
    return (await handle.describe()).memo?.[PIPELINE_MEMO] as PipelineMemo | undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Hash of pipeline, parameters and profile. The order of properties does not change it. */
export const digestOf = ({
  pipeline,
  parameters = {},
  profile = DEFAULT_PROFILE,
}: Pick<RunPipelineRequest, 'pipeline' | 'parameters' | 'profile'>): string =>
  createHash('sha256')
    .update(JSON.stringify([pipeline, parameters, profile], inOrder))
    .digest('hex');

/** For JSON.stringify: properties in the order of their names. */
export const inOrder = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
