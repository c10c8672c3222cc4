import { runJob } from '../../../workflow.js';
import type { RunJobRequest } from '../../../workflow.js';

/** Starts all runs at once; returns the ids of their executions. */
export async function sameJob(requests: readonly RunJobRequest[]): Promise<readonly string[]> {
  const runs = requests.map((request) => runJob(request));
  return (await Promise.all(runs)).map(({ execution }) => execution.jobExecutionId);
}
