import { CancellationScope, sleep } from '@temporalio/workflow';
import { dataflowApi, runJob } from '../../../workflow.js';

export * from '../../../workflows/index.js';

function loop(): never {
  for (;;);
}

/**
 * Never yields: the SDK ends each of its activations after `isolateExecutionTimeout`. All loops here begin before the
 * first `await`: Node.js 20 ends the whole process where one is cut off in a microtask ("async hook stack has become
 * corrupted"), which is a crash like any other.
 */
export function loopsOutsideScopes(): Promise<void> {
  loop();
}

/** The same inside a scope, which stays current for whatever its thread runs next. */
export async function loopsInsideScope(): Promise<void> {
  await CancellationScope.cancellable(() => Promise.resolve(loop()));
}

/** The same inside a scope that has been cancelled. */
export async function loopsInsideCancelledScope(): Promise<void> {
  const scope = new CancellationScope();
  scope.cancel();
  await scope.run(() => Promise.resolve(loop()));
}

const CALLS = {
  runJob: (jobId: string) => runJob({ jobId }),
  activity: () => dataflowApi().getJobs({}),
  timer: () => sleep(60_000),
};

/**
 * Does as a continuation does that was due when its own workflow was cut off: it runs in the turn of this workflow, and
 * its scope belongs to another one.
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
