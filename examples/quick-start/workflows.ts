// workflows.ts: what runs in Temporal
import { runJob, startJob } from 'temporal-ncloud-dataflow/workflow';

export async function nightly(): Promise<string> {
  const { execution } = await runJob({ jobId: 'extractSales', runTimeout: '2h' });
  const runs = [
    startJob({ jobId: 'cleanSales', jobCondition: { parameters: { region: 'KR' } } }),
    startJob({ jobId: 'publishSales', jobCondition: { numWorker: 4 } }),
  ];
  try {
    await Promise.all(runs.map((run) => run.result()));
  } catch (error) {
    for (const run of runs) run.cancel(); // one has failed: stop the others,
    await Promise.allSettled(runs.map((run) => run.result())); // and wait until they have stopped
    throw error;
  }
  return `done, beginning with execution ${execution.jobExecutionId}`;
}
