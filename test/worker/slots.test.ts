import { inject, describe, expect, it } from 'vitest';
import { NativeConnection, Worker } from '@temporalio/worker';
import { DataFlowPlugin } from '../../index.js';
import { until } from '../support/until.js';
import { workerLog } from '../support/worker-log.js';
import { inWorld, type World } from '../support/world.js';

const IDS = ['jobA', 'jobB', 'jobC', 'jobD', 'jobE', 'jobF'];
const SLOW = { waitingMs: 50, runningMs: 5_000 };
const jobs = IDS.map((jobId) => ({ jobId, executions: [SLOW], requested: 1 }));

/** A worker for waits alone: no workflows, the same profile. */
async function waitsOn(taskQueue: string, { profile }: World): Promise<[Worker, NativeConnection]> {
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const plugins = [new DataFlowPlugin({ profiles: { default: profile } })];
  const namespace = inject('temporalNamespace');
  return [await Worker.create({ connection, namespace, taskQueue, plugins }), connection];
}

describe('a worker with few slots and a small workflow cache', () => {
  const few = { maxConcurrentActivityTaskExecutions: 2, maxCachedWorkflows: 2 };

  it('starts more runs than it has slots, when their waits have workers of their own', () =>
    inWorld({ jobs, worker: few }, async (world) => {
      const waitTaskQueue = `${world.taskQueue}-waits`;
      const [waiting, connection] = await waitsOn(waitTaskQueue, world);
      try {
        await waiting.runUntil(async () => {
          const runs = IDS.map((jobId) => world.run({ jobId, waitTaskQueue }));
          await until(() => waiting.getStatus().numInFlightActivities === IDS.length);
          await Promise.all(runs);
        });
      } finally {
        await connection.close();
      }
      expect(world.simulator.report()).toMatchObject({ posts: IDS.length, duplicates: 0 });
    }));

  it('warns that its slots are used up, with the task queue and the remedy', () =>
    inWorld({ jobs, worker: few }, async (world) => {
      const isWarned = (): boolean =>
        workerLog().some(
          (line) => line.includes('2 of 2 activity slots') && line.includes(world.taskQueue),
        );
      const runs = IDS.slice(0, 2).map((jobId) => world.run({ jobId }));
      await until(isWarned);
      await Promise.all(runs);
    }));
});
