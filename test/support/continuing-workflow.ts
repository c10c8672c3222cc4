import {
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { type RunJobRequest, type RunJobResult, startJob } from '../../workflow.js';

export const goOnSignal = defineSignal('resumeFrom');

/** One run, and a new run of the workflow that goes on with it each time it is told to. */
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
  // A cancel ends this pause, and the run: its result comes when what it started was stopped.
  const isCanceled = await condition(() => seen.word || seen.end).then(() => false, isCancellation);
  if (!seen.end && !isCanceled)
    await continueAsNew<typeof continuing>({ ...request, state: run.state() });
  return await run.result();
}
