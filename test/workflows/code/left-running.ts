import { runJob, startJob } from '../../../workflow.js';

/** `Promise.all` alone: one failure closes the workflow while the other run still waits. */
export async function allAtOnce(jobIds: readonly string[]): Promise<void> {
  await Promise.all(jobIds.map((jobId) => runJob({ jobId })));
}

/** Returns while the second run still waits. */
export async function firstOnly(jobIds: readonly string[]): Promise<void> {
  await Promise.race(jobIds.map((jobId) => runJob({ jobId })));
}

/** As in the README: a failure first stops the other runs. */
export async function together(jobIds: readonly string[]): Promise<void> {
  const runs = jobIds.map((jobId) => startJob({ jobId }));
  try {
    await Promise.all(runs.map((run) => run.result()));
  } catch (error) {
    for (const run of runs) run.cancel();
    await Promise.allSettled(runs.map((run) => run.result()));
    throw error;
  }
}
