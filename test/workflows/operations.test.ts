import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataFlowPlugin } from '../../index.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const CODE = fileURLToPath(new URL('./code/catalogue.ts', import.meta.url));
const JOBS = [
  { jobId: 'jobA', name: 'sales' },
  { jobId: 'jobB', name: 'stock' },
];

describe('dataflowApi', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    const logger = new DefaultLogger('WARN');
    workflowBundle = await bundleWorkflowCode({ workflowsPath: CODE, logger });
  });

  const start = (world: World, type: string, args: unknown[]) =>
    world.client.workflow.start(type, {
      args,
      taskQueue: world.taskQueue,
      workflowId: `${world.taskQueue}-${type}`,
    });

  it('calls operations from a workflow, through an outage of the service', () =>
    inWorld(
      {
        jobs: JOBS,
        faults: [{ on: 'getJobs', times: 1, then: { status: 503 } }],
        worker: { workflowBundle },
      },
      async (world) => {
        const handle = await start(world, 'catalogue', [{}]);
        expect(((await handle.result()) as string[]).toSorted()).toEqual([
          'sales VISUAL',
          'stock VISUAL',
        ]);
      },
    ));

  it('repeats what must not be done twice for as long as it is proven that nothing was sent', () =>
    inWorld({ jobs: [] }, async (world) => {
      const nobody = { ...world.profile, baseUrl: 'http://127.0.0.1:1' };
      const taskQueue = `${world.taskQueue}-nobody`;
      const worker = await world.createWorker({
        workflowBundle,
        taskQueue,
        plugins: [new DataFlowPlugin({ profiles: { default: nobody } })],
      });
      await worker.runUntil(async () => {
        const handle = await start({ ...world, taskQueue }, 'newTrigger', []);
        const pending = async () => (await handle.describe()).raw.pendingActivities?.[0];
        await until(async () => ((await pending())?.attempt ?? 0) >= 3);
        expect((await pending())?.lastFailure?.applicationFailureInfo?.type).toBe(
          'DataFlowUnavailable',
        );
        await handle.terminate();
      });
    }));
});
