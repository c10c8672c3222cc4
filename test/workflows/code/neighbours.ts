import { CancellationScope, sleep } from '@temporalio/workflow';
import { dataflowApi, runJob } from '../../../workflow.js';

export * from '../../../workflows/index.js';
export * from './looping.js';

const CALLS = {
  runJob: (jobId: string) => runJob({ jobId }),
  activity: () => dataflowApi().getJobs({}),
  timer: () => sleep(60_000),
};

/**
 * Acts as a continuation of another workflow whose activation was ended: it runs in an activation of this workflow, in
 * a scope of the other one.
 */
export async function continuesForAnother(call: keyof typeof CALLS, jobId: string): Promise<void> {
  const foreign = new CancellationScope();
  Object.defineProperty(foreign, 'parent', { value: undefined });
  await foreign.run(async () => {
    await CALLS[call](jobId);
  });
}

/** Finds the state of another run where its own should be. */
export async function findsForeignState(jobId: string): Promise<unknown> {
  const found = { runId: 'another-run', parts: new Map() };
  Object.assign(globalThis, { __temporalNcloudDataflow: found });
  return await runJob({ jobId });
}
