import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import { startSimulator } from '../../simulator/index.js';
import { expectNoSecrets } from '../support/secrets.js';
import { until } from '../support/until.js';
import { startWorkerProcess } from '../support/worker-process.js';

describe('npx dataflow worker', () => {
  it('runs dataflowRunJob for the Temporal CLI, and nothing is noticed when SIGTERM replaces it meanwhile', async () => {
    const simulator = await startSimulator({
      jobs: [{ jobId: 'jobA', executions: [{ runningMs: 8_000 }], requested: 1 }],
    });
    const taskQueue = `queue-${randomUUID()}`;
    const env = {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: inject('temporalNamespace'),
      DATAFLOW_TASK_QUEUE: taskQueue,
    };
    const connection = await Connection.connect({ address: inject('temporalAddress') });
    try {
      const first = await startWorkerProcess(simulator, env);
      await startByCli(taskQueue, { jobId: 'jobA', runTimeout: '2h' });
      await until(() => simulator.executions().some(({ status }) => status === 'RUNNING'));
      expect(await first.end('SIGTERM')).toBe(0);
      const second = await startWorkerProcess(simulator, env);
      const client = new Client({ connection, namespace: inject('temporalNamespace') });
      const result: unknown = await client.workflow.getHandle(taskQueue).result();
      expect(result).toMatchObject({
        submissionOutcome: 'submitted',
        posts: 1,
        execution: { status: 'COMPLETED' },
      });
      expect(simulator.report()).toMatchObject({
        posts: 1,
        cancels: 0,
        duplicates: 0,
        leftRunning: 0,
      });
      expect(await second.end('SIGTERM')).toBe(0);
      const output = first.output() + second.output();
      expectNoSecrets(
        output,
        [simulator.accessKey, simulator.secretKey],
        'the output of the workers',
      );
    } finally {
      await connection.close();
      await simulator.close();
    }
  });
});

/** Plain JSON from the Temporal CLI where it is known, else what any SDK would send. */
async function startByCli(taskQueue: string, request: object): Promise<void> {
  const cli = inject('temporalExecutable') || 'temporal';
  const args = ['workflow', 'start', '--type', 'dataflowRunJob', '--task-queue', taskQueue];
  const to = ['--address', inject('temporalAddress'), '--namespace', inject('temporalNamespace')];
  await promisify(execFile)(cli, [
    ...args,
    '--workflow-id',
    taskQueue,
    '--input',
    JSON.stringify(request),
    ...to,
  ]);
}
