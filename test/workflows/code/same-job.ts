import { runJob } from '../../../workflow.js';
import type { RunJobRequest } from '../../../workflow.js';

/** Makes all runs at once; gives the ids of their executions. */
export async function sameJob(requests: readonly RunJobRequest[]): Promise<readonly string[]> {
  const runs = requests.map((request) => runJob(request));
  return (await Promise.all(runs)).map(({ execution }) => execution.jobExecutionId);
}
