// A workflow of your own, with your activities and jobs.
import { proxyActivities } from '@temporalio/workflow';
import { runJob } from 'temporal-ncloud-dataflow/workflow';

/** Activities of your worker. DataFlowPlugin adds those for jobs. */
export interface OwnActivities {
  readonly newFiles: (day: string) => Promise<number>;
  readonly tellTeam: (text: string) => Promise<void>;
}

const { newFiles, tellTeam } = proxyActivities<OwnActivities>({ startToCloseTimeout: '1m' });

/** Loads the files of a day, if there are any, and tells the team. */
export async function loadDay(day: string): Promise<string> {
  const files = await newFiles(day);
  if (files === 0) return 'nothing to load';
  const { execution } = await runJob({
    jobId: 'sales-extract',
    jobCondition: { parameters: { day } },
    retry: { maximumAttempts: 2, initialInterval: '1s' },
  });
  await tellTeam(`${day}: ${files} files loaded by ${execution.jobExecutionId}`);
  return 'loaded';
}
