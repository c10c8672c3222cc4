import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { PIPELINE_UPDATES, PROGRESS_QUERY } from '../../contract/names.js';
import type {
  PipelineProgress,
  PipelineRunState,
  RunPipelineRequest,
} from '../../contract/pipeline-run.js';
import type { StepStatus } from '../../contract/pipeline.js';
import {
  type PipelineWorkflowHandle,
  startPipeline,
  type StartPipelineInput,
} from '../../worker/start-pipeline.js';
import { unpack } from '../../pipeline/packed.js';
import { until } from './until.js';
import type { World } from './world.js';

export const start = async (
  world: Pick<World, 'client' | 'taskQueue' | 'note'>,
  input: StartPipelineInput,
): Promise<PipelineWorkflowHandle> => {
  const { taskQueue } = world;
  const { handle } = await startPipeline(world.client, { key: taskQueue, ...input, taskQueue });
  world.note(handle);
  return handle;
};

/** Progress of the pipeline of a workflow, once it was read. */
export async function stands(handle: WorkflowHandle): Promise<PipelineProgress> {
  let found: PipelineProgress | undefined;
  await until(async () => {
    const all = await handle.query<Record<string, PipelineProgress>>(PROGRESS_QUERY);
    found = Object.values(all).find((one) => 'pipeline' in one);
    return found !== undefined;
  });
  return found!;
}

/** Waits until a step has this status. */
export const stepIs = (handle: WorkflowHandle, step: string, status: StepStatus): Promise<void> =>
  until(async () => (await stands(handle)).steps[step]?.status === status);

/** Sends a message to the pipeline of a workflow. */
export const say = (
  handle: WorkflowHandle,
  what: keyof typeof PIPELINE_UPDATES,
  input: Readonly<Record<string, unknown>> = {},
): Promise<unknown> => handle.executeUpdate(PIPELINE_UPDATES[what], { args: [input] });

/** Sends messages without effect until the workflow has continued as new. Returns the input of the new run. */
export async function untilContinued(handle: WorkflowHandle): Promise<PipelineRunState> {
  const before = (await handle.describe()).runId;
  let runId = before;
  const isPaused = (await stands(handle)).phase === 'paused';
  await until(async () => {
    await say(handle, isPaused ? 'pause' : 'resume');
    ({ runId } = await handle.describe());
    return runId !== before;
  });
  const { events } = await handle.fetchHistory();
  const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const request = defaultPayloadConverter.fromPayload<RunPipelineRequest>(payloads[0]!);
  return unpack(request.resumeFrom!) as PipelineRunState;
}
