// A workflow of one's own: own activities and jobs side by side.
import { proxyActivities } from '@temporalio/workflow';
import { runJob } from 'temporal-ncloud-dataflow/workflow';

/** Activities of one's own worker; DataFlowPlugin adds those of the jobs. */
export interface OwnActivities {
  readonly newFiles: (day: string) => Promise<number>;
  readonly tellTeam: (text: string) => Promise<void>;
}

const { newFiles, tellTeam } = proxyActivities<OwnActivities>({ startToCloseTimeout: '1m' });

/** Loads a day where there is something to load, and tells the team. */
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
