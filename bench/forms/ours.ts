// Ours: runJob, with the run key that the README recommends for SCRIPT jobs.
import { runJob } from '../../workflow.js';
import { type ChainInput, type ChainResult, RUN_PARAMETER } from './chain.js';

export async function chain({ requests }: ChainInput): Promise<ChainResult> {
  const ended: string[] = [];
  for (const { jobId, run } of requests) {
    const { execution } = await runJob({
      jobId,
      jobCondition: { parameters: { [RUN_PARAMETER]: run } },
      runKeyParameter: 'runKey',
    });
    ended.push(execution.jobExecutionId);
  }
  return ended;
}
