import { describe, expect, it } from 'vitest';
import { type DataFlowClient, rowsOf } from '../../client/index.js';
import { isTerminal } from '../../contract/job.js';

const RANGE = { startDate: '2026-11-01T00:00:00', endDate: '2026-11-21T23:59:59' };
const FEW = { limit: 5 };

/**
 * What every reading operation answers, on whatever service `open` leads to: our simulator in `npm test`, the real
 * service in `npm run test:live`. Nothing in it changes anything. A test whose rows the service does not have says so.
 */
export function describeReading(service: string, open: () => Promise<DataFlowClient>): void {
  const call: DataFlowClient['call'] = async (...of) => (await open()).call(...of);

  async function first<Row>(rows: AsyncIterable<Row>, skip: (note: string) => void): Promise<Row> {
    for await (const row of rows) return row;
    skip('the service has no such row');
    throw new Error('the service has no such row');
  }
  const firstJob = async (skip: (note: string) => void) =>
    first(rowsOf(await open(), 'getJobs', FEW), skip);

  describe(`reading ${service}`, () => {
    it('tells the clock of the service with every answer', async () => {
      const client = await open();
      const { dateMs } = await client.call('getJobs', FEW);
      expect(dateMs).toBeTypeOf('number');
      expect(client.serviceClock.isMeasured()).toBe(true);
    });

    it('lists jobs, and shows each as it was listed', async ({ skip }) => {
      const { jobId, name } = await firstJob(skip);
      expect((await call('getJobById', { jobId })).output).toMatchObject({ jobId, name });
    });

    it('lists the executions of a job, and shows each with the same status once it has ended', async ({
      skip,
    }) => {
      const { jobId } = await firstJob(skip);
      const rows = rowsOf(await open(), 'getJobExecutions', { jobId, ...FEW });
      const { jobExecutionId: executionId, status } = await first(rows, skip);
      const { output } = await call('getJobExecutionById', { jobId, executionId });
      expect(output).toMatchObject({ jobId, jobExecutionId: executionId });
      if (isTerminal(status)) expect(output.status).toBe(status);
    });

    it('lists workflows, shows each, and lists the executions of its runs', async ({ skip }) => {
      const { workflowId } = await first(rowsOf(await open(), 'getWorkflows', FEW), skip);
      const { output } = await call('getWorkflowById', { workflowId });
      expect(output.nodes.map(({ type }) => type)).toContain('TRIGGER');
      const runs = await call('getWorkflowExecutions', { workflowId, ...FEW });
      expect(runs.output.list.length).toBeLessThanOrEqual(FEW.limit);
    });

    it('lists triggers, and shows each as it was listed', async ({ skip }) => {
      const { triggerId, type } = await first(rowsOf(await open(), 'getTriggers', FEW), skip);
      const { output } = await call('getTriggerById', { triggerId });
      expect(output).toMatchObject({ triggerId, type });
    });

    it.each(['getExecutionInterval', 'getExecutionTimes'] as const)('answers %s', async (name) => {
      const { output } = await call(name, RANGE);
      expect(Array.isArray(output.result)).toBe(true);
    });

    it('counts executions, successes and failures', async () => {
      const { totalCount, completedCount, failedCount } = (await call('getExecutionResult', RANGE))
        .output;
      expect(completedCount + failedCount).toBeLessThanOrEqual(totalCount);
    });

    it('does not find what is not there', async () => {
      const missing = call('getJobById', { jobId: 'NoSuchJob000' });
      await expect(missing).rejects.toMatchObject({ failure: 'DataFlowNotFound', complete: true });
    });
  });
}
