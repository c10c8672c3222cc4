import { dataflowApi } from '../../../workflow.js';
import type { DataFlowApiOptions } from '../../../workflow.js';

/** A user's workflow that calls operations one by one. */
export async function catalogue(options: DataFlowApiOptions): Promise<readonly string[]> {
  const dataflow = dataflowApi(options);
  const { list } = await dataflow.getJobs({ limit: 10 });
  const jobs = await Promise.all(list.map(({ jobId }) => dataflow.getJobById({ jobId })));
  return jobs.map(({ name, type }) => `${name} ${type}`);
}

/** A user's workflow with an operation that creates something. */
export async function newTrigger(): Promise<string> {
  const triggerRule = { type: 'NONE' } as const;
  const made = await dataflowApi().createTrigger({ name: 'by-hand', type: 'NONE', triggerRule });
  return made.triggerId;
}
