import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { nonCancellable, ownScope } from './own-scope.js';
import { SUSPEND_SIGNAL } from '../contract/names.js';
import type { PipelineWorkflowResult, RunPipelineRequest } from '../contract/pipeline-run.js';
import { freshRun } from './pipeline/begin.js';
import { detailsTable } from './pipeline/details-table.js';
import { resultOf } from './pipeline/pipeline-end.js';
import type { PipelineRun } from './pipeline/pipeline-run.js';
import { listen } from './pipeline/updates.js';
import { createRun, playIn } from './run-pipeline.js';

const suspendSignal = defineSignal(SUSPEND_SIGNAL);

/**
 * Workflow `dataflowRunPipeline`: one run of a pipeline, by name and plain JSON. When its history has become long it
 * continues as new; as a child it hands itself over when its parent does.
 */
export async function dataflowRunPipeline(
  request: RunPipelineRequest,
): Promise<PipelineWorkflowResult> {
  const { pipeline, goOn, continueAfterEvents, ...options } = request;
  const continued = goOn && createRun(goOn);
  listen();
  const here: { run?: PipelineRun; isSuspending: boolean } = { isSuspending: false };
  setHandler(suspendSignal, () => {
    here.isSuspending = true;
    if (here.run !== undefined) here.run.isSuspending = true;
  });
  const run = continued ?? createRun(await freshRun(pipeline, options));
  here.run = run;
  run.isSuspending = here.isSuspending;
  run.isLong = (times) => isLong(continueAfterEvents, times);
  run.onChange = () => {
    setCurrentDetails(detailsTable(run));
  };
  const { how } = await playIn(ownScope(), run);
  if (how === 'ended') {
    await nonCancellable(() => condition(allHandlersFinished));
    return resultOf(run);
  }
  const state = run.handOver();
  if (run.isSuspending) return { suspended: state };
  return await continueAsNew<typeof dataflowRunPipeline>({ ...request, goOn: state });
}

/** The server's advice is about 4,096 events; twice that is still far from its limit of 51,200. */
const LONG = 4_096;

function isLong(continueAfterEvents: number | undefined, times: number): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  const isAdvised = continueAsNewSuggested && continueAfterEvents === undefined && times <= 1;
  return isAdvised || historyLength >= (continueAfterEvents ?? LONG) * times;
}
