import { runJob, startJob } from '../../../workflow.js';

/** The trap: one failure ends the workflow, whatever the other run does. */
export async function allAtOnce(jobIds: readonly string[]): Promise<void> {
  await Promise.all(jobIds.map((jobId) => runJob({ jobId })));
}

/** The same without a failure. */
export async function firstOnly(jobIds: readonly string[]): Promise<void> {
  await Promise.race(jobIds.map((jobId) => runJob({ jobId })));
}

/** As the README shows it: a failure stops the others first. */
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
