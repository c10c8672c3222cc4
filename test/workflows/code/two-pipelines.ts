import { continueAsNew } from '@temporalio/workflow';
import { type HandedOverRun, startPipelineRun } from '../../../workflow.js';

export * from '../../../workflows/index.js';

/** A user's workflow that runs a pipeline, and continues as new while the pipeline runs. */
export async function ownPipeline(pipeline: object, state?: HandedOverRun): Promise<string> {
  const handle = startPipelineRun(pipeline, { ...(state && { state }) });
  if (state === undefined) {
    const stands = await handle.state();
    if (stands !== undefined) await continueAsNew<typeof ownPipeline>(pipeline, stands);
  }
  return (await handle.result()).outcome;
}
