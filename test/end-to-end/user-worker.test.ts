import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { createUserProject, type UserProject } from '../package/installed-package.js';

const WORKFLOWS = `
import { runJob, startJob } from 'temporal-ncloud-dataflow/workflow';

export async function nightly() {
  const { execution } = await runJob({ jobId: 'jobA', runTimeout: '2h' });
  const runs = [startJob({ jobId: 'jobB' }), startJob({ jobId: 'jobC', jobCondition: { numWorker: 4 } })];
  try {
    await Promise.all(runs.map((run) => run.result()));
  } catch (error) {
    for (const run of runs) run.cancel();
    await Promise.allSettled(runs.map((run) => run.result()));
    throw error;
  }
  return execution.status;
}
`;
const WORKER = `
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { DataFlowPlugin } from 'temporal-ncloud-dataflow';

const [address, namespace, taskQueue] = process.argv.slice(2);
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.mjs', import.meta.url)),
  plugins: [new DataFlowPlugin()],
});
const client = new Client({ connection: await Connection.connect({ address }), namespace });
const result = await worker.runUntil(
  client.workflow.execute('nightly', { taskQueue, workflowId: taskQueue }),
);
console.log('result: ' + result);
process.exit(0);
`;

describe("a user's worker with the packed package", () => {
  let project: UserProject;
  let simulator: Simulator;

  beforeAll(async () => {
    project = await createUserProject('module');
    const executions = [{ waitingMs: 100, runningMs: 200 }];
    const jobs = ['jobA', 'jobB', 'jobC'].map((jobId) => ({ jobId, executions, requested: 1 }));
    simulator = await startSimulator({ jobs });
  });
  afterAll(async () => {
    await simulator.close();
    await project.remove();
  });

  it('runs jobs from a workflows file of its own', async () => {
    await project.write('workflows.mjs', WORKFLOWS);
    await project.write('worker.mjs', WORKER);
    const args = [inject('temporalAddress'), inject('temporalNamespace'), `user-${randomUUID()}`];
    const { stdout } = await promisify(execFile)(
      'node',
      [join(project.folder, 'worker.mjs'), ...args],
      {
        env: {
          PATH: process.env['PATH'],
          DATAFLOW_URL: simulator.url,
          NCLOUD_ACCESS_KEY_ID: simulator.accessKey,
          NCLOUD_SECRET_ACCESS_KEY: simulator.secretKey,
        },
      },
    );
    expect(stdout).toContain('result: COMPLETED');
    expect(simulator.report()).toMatchObject({
      requested: 3,
      created: 3,
      duplicates: 0,
      leftRunning: 0,
    });
  });
});
