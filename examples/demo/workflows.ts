import { runJob, type RunJobResult } from 'temporal-ncloud-dataflow/workflow';

/** extract → two in parallel → load. Each job is started once, whatever is lost on the way. */
export async function salesPipeline(): Promise<readonly RunJobResult[]> {
  const extract = await runJob({ jobId: 'extractSales', runTimeout: '2h' });
  const cleaned = await Promise.all([
    runJob({ jobId: 'cleanSalesKr', runTimeout: '2h' }),
    runJob({
      jobId: 'cleanSalesJp',
      runTimeout: '2h',
      jobCondition: { numWorker: 4 },
      retry: { maximumAttempts: 2, initialInterval: '1s' },
    }),
  ]);
  const load = await runJob({ jobId: 'loadSales', runTimeout: '2h' });
  return [extract, ...cleaned, load];
}
