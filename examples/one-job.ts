// The smallest workflow: it runs one job.
import { runJob } from 'temporal-ncloud-dataflow/workflow';

/** Starts the job once and waits for its end. */
export async function oneJob(jobId: string): Promise<string> {
  const { execution } = await runJob({ jobId, runTimeout: '2h', onBusy: 'wait' });
  return execution.jobExecutionId;
}
