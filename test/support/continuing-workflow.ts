import {
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { type RunJobRequest, type RunJobResult, startJob } from '../../workflow.js';

export const goOnSignal = defineSignal('resumeFrom');

/** Runs a job. At each signal the workflow continues as new, and the new run continues the job run. */
export async function continuing(request: RunJobRequest): Promise<RunJobResult> {
  const seen = { word: false, end: false };
  setHandler(goOnSignal, () => {
    seen.word = true;
  });
  const run = startJob(request);
  const end = (): void => {
    seen.end = true;
  };
  run.result().then(end, end);
  // A cancel ends this wait. The result of the run comes when its execution was stopped.
  const isCanceled = await condition(() => seen.word || seen.end).then(() => false, isCancellation);
  if (!seen.end && !isCanceled)
    await continueAsNew<typeof continuing>({ ...request, state: run.state() });
  return await run.result();
}
