// The least there is: a workflow that runs one job.
import { runJob } from 'temporal-ncloud-dataflow/workflow';

/** Runs the job to its end: started once, whatever is lost on the way. */
export async function oneJob(jobId: string): Promise<string> {
  const { execution } = await runJob({ jobId, runTimeout: '2h', onBusy: 'wait' });
  return execution.jobExecutionId;
}
