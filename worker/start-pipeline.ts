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

import type { PipelinePlan } from '../contract/pipeline.js';
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

/**
 * Starts a pipeline. With a `key` that it was started with before, no second run starts: the handle is that of the
 * first, however that one stands or ended. With `rerun` a run that has failed is followed by a new one of the same key.
 */
export async function startPipeline(
  client: Client,
  { taskQueue = DEFAULT_TASK_QUEUE, ...request }: StartPipelineInput,
): Promise<PipelineWorkflowHandle> {
  const { pipeline, key = randomUUID(), rerun } = request;
  const workflowId = `dataflow-${pipeline.pipeline}-${key}`;
  try {
    return (await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
      args: [request satisfies RunPipelineRequest],
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
