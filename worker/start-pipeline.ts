import { randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import type {
  PipelineResult,
  RunPipelineOptions,
  RunPipelineRequest,
} from '../contract/pipeline-run.js';

import { DataFlowInvalidInputError } from '../client/errors.js';
import type { PipelinePlan, PipelineState } from '../contract/pipeline.js';
import { bytesOf, pack, unpack } from '../pipeline/packed.js';
import type { WrittenPipeline } from '../pipeline/spec/pipeline-schema.js';

export interface StartPipelineInput extends RunPipelineOptions {
  /** As it is written, or a plan; its name becomes part of the workflow id. */
  readonly pipeline: WrittenPipeline | PipelinePlan;
  /** Task queue of a worker that has `dataflowRunPipeline`. @default 'dataflow' */
  readonly taskQueue?: string;
  /**
   * What this run is for, e.g. `2026-11-22`: the workflow id is `dataflow-<pipeline>-<key>`, and a pipeline is run once
   * for a key for as long as the namespace keeps closed workflows. @default a new one each time
   */
  readonly key?: string;
  /** @default when the server suggests it */
  readonly continueAfterEvents?: number;
}

export type PipelineWorkflowHandle = WorkflowHandle<
  (request: RunPipelineRequest) => Promise<PipelineResult>
>;

const DEFAULT_TASK_QUEUE = 'dataflow';

/** Bytes of a workflow's input. The server takes 2 MB, beside headers and what a codec adds. */
const MAX_INPUT_BYTES = 1_900_000;

/**
 * Starts a pipeline. With a `key` that it was started with before, no second run starts: the handle is that of the
 * first, however that one stands or ended. With `rerun` a run that has failed is followed by a new one of the same key.
 */
export async function startPipeline(
  client: Client,
  { taskQueue = DEFAULT_TASK_QUEUE, ...request }: StartPipelineInput,
): Promise<PipelineWorkflowHandle> {
  const { pipeline, key = randomUUID(), rerun } = request;
  const sent: RunPipelineRequest = {
    ...request,
    ...(rerun !== undefined && { rerun: { state: pack<PipelineState>(unpack(rerun.state)) } }),
  };
  const bytes = bytesOf(sent);
  if (bytes > MAX_INPUT_BYTES)
    throw new DataFlowInvalidInputError(`pipeline ${pipeline.pipeline}`, [
      `with its parameters it takes ${bytes} bytes, at most ${MAX_INPUT_BYTES}: give large lists by reference, or run parts of it as pipelines of their own`,
    ]);
  const workflowId = `dataflow-${pipeline.pipeline}-${key}`;
  try {
    return (await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
      args: [sent],
      taskQueue,
      workflowId,
      staticSummary: `pipeline ${pipeline.pipeline}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy:
        rerun === undefined ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    })) as PipelineWorkflowHandle;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return client.workflow.getHandle(workflowId);
  }
}
