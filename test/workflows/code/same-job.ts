import { runJob } from '../../../workflow.js';
import type { RunJobRequest } from '../../../workflow.js';

/** Runs one job several times at once; gives the ids of its executions. */
export async function sameJob(request: RunJobRequest, times: number): Promise<readonly string[]> {
  const runs = Array.from({ length: times }, () => runJob(request));
  return (await Promise.all(runs)).map(({ execution }) => execution.jobExecutionId);
}
