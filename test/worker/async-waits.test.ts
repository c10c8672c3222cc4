import { type Client as TemporalClient, Client, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { RUN_JOB_WORKFLOW } from '../../contract/names.js';
import { DataFlowPlugin } from '../../index.js';
import { startCodec } from '../support/codec.js';
import { ACTIVITY_STARTED } from '../support/history.js';
import { until } from '../support/until.js';
import { waiters } from '../support/waiters.js';
import { inWorld, type World } from '../support/world.js';

const WAIT = 'dataflowAwaitExecution';
const namespace = inject('temporalNamespace');
const IDS = ['jobA', 'jobB', 'jobC', 'jobD', 'jobE', 'jobF'];
const jobs = (ids: readonly string[], runningMs: number) =>
  ids.map((jobId) => ({ jobId, executions: [{ waitingMs: 50, runningMs }], requested: 1 }));

/** The wait of a workflow that has one, as the server shows it. */
async function waitOf(handle: WorkflowHandle) {
  const { raw } = await handle.describe();
  return raw.pendingActivities?.find(({ activityType }) => activityType?.name === WAIT);
}

const isWaiting = async (handle: WorkflowHandle, attempt = 1): Promise<boolean> => {
  const wait = await waitOf(handle);
  return Number(wait?.state) === ACTIVITY_STARTED && wait?.attempt === attempt;
};

/** Runs the job on a task queue with a worker of its own, and asks the server for something meanwhile. */
async function whileWaiting(
  world: World,
  act: (handle: WorkflowHandle, worker: Worker) => Promise<void>,
  { client = world.client, options = {} }: { client?: TemporalClient; options?: object } = {},
): Promise<void> {
  const taskQueue = `${world.taskQueue}-own`;
  const worker = await world.createWorker({ taskQueue, ...options });
  await worker.runUntil(async () => {
    const workflow = { args: [{ jobId: 'jobA' }], taskQueue, workflowId: taskQueue };
    const handle = await client.workflow.start(RUN_JOB_WORKFLOW, workflow);
    await until(() => isWaiting(handle));
    await act(handle, worker);
  });
}

const expectDoneOnce = async (world: World, handle: WorkflowHandle): Promise<void> => {
  expect(await handle.result()).toMatchObject({ posts: 1, execution: { status: 'COMPLETED' } });
  expect(world.simulator.report()).toMatchObject({ posts: 1, cancels: 0, duplicates: 0 });
};

describe('waits', () => {
  it('take no slot: a worker with two holds six, and each run ends', () =>
    inWorld({ jobs: jobs(IDS, 20_000) }, async (world) => {
      const taskQueue = `${world.taskQueue}-two`;
      const two = { maxConcurrentActivityTaskExecutions: 2, maxCachedWorkflows: 2 };
      const worker = await world.createWorker({ taskQueue, ...two });
      await worker.runUntil(async () => {
        const handles = await Promise.all(
          IDS.map((jobId) =>
            world.client.workflow.start(RUN_JOB_WORKFLOW, {
              ...{ args: [{ jobId }], taskQueue, workflowId: `${taskQueue}-${jobId}` },
            }),
          ),
        );
        await until(
          () => waiters(worker) === IDS.length && worker.getStatus().numInFlightActivities === 0,
        );
        await Promise.all(handles.map((handle) => handle.result()));
      });
      expect(world.simulator.report()).toMatchObject({ posts: IDS.length, duplicates: 0 });
    }));

  it('that were paused are not held by a worker, and go on when they are unpaused', () =>
    inWorld({ jobs: jobs(['jobA'], 8_000) }, (world) =>
      whileWaiting(world, async (handle, worker) => {
        const { workflowService } = world.client;
        const one = { namespace, execution: { workflowId: handle.workflowId }, type: WAIT };
        await workflowService.pauseActivity(one);
        await until(async () => {
          const wait = await waitOf(handle);
          return wait?.paused === true && Number(wait.state) !== ACTIVITY_STARTED;
        });
        await until(() => waiters(worker) === 0);
        await workflowService.unpauseActivity(one);
        await expectDoneOnce(world, handle);
      }),
    ));

  it('that were reset begin anew', () =>
    inWorld({ jobs: jobs(['jobA'], 8_000) }, (world) =>
      whileWaiting(world, async (handle, worker) => {
        const startedOf = async (): Promise<string> =>
          String((await waitOf(handle))?.lastStartedTime?.seconds);
        const before = await startedOf();
        const execution = { workflowId: handle.workflowId };
        await world.client.workflowService.resetActivity({ namespace, execution, type: WAIT });
        await until(async () => (await startedOf()) !== before && waiters(worker) === 1);
        await expectDoneOnce(world, handle);
      }),
    ));

  it('whose heartbeat timeout was shortened are taken up again by another attempt', () =>
    inWorld(
      { jobs: jobs(['jobA'], 20_000), timings: { waitHeartbeatTimeoutMs: 30_000 } },
      (world) =>
        whileWaiting(world, async (handle) => {
          await world.client.workflowService.updateActivityOptions({
            ...{ namespace, execution: { workflowId: handle.workflowId }, type: WAIT },
            activityOptions: { heartbeatTimeout: { seconds: 2 as never } },
            updateMask: { paths: ['heartbeat_timeout'] },
          });
          await until(() => isWaiting(handle, 2));
          await expectDoneOnce(world, handle);
        }),
    ));

  it('leave the process with the heartbeat that says that their workflow is closed', () =>
    inWorld({ jobs: jobs(['jobA'], 600_000) }, (world) =>
      whileWaiting(world, async (handle, worker) => {
        await handle.terminate();
        await until(() => waiters(worker) === 0);
      }),
    ));

  it('pass on what a codec encodes', () =>
    inWorld({ jobs: jobs(['jobA'], 4_000) }, async (world) => {
      const codec = await startCodec('none');
      const { dataConverter } = codec;
      const { connection } = world.client;
      const client = new Client({ connection, namespace, dataConverter });
      await whileWaiting(world, (handle) => expectDoneOnce(world, handle), {
        ...{ client, options: { dataConverter } },
      });
      await codec.close();
    }));

  it('go on over a replaced connection of their worker', () =>
    inWorld({ jobs: jobs(['jobA'], 8_000) }, async (world) => {
      const address = inject('temporalAddress');
      const first = await NativeConnection.connect({ address });
      const second = await NativeConnection.connect({ address });
      await whileWaiting(
        world,
        async (handle, worker) => {
          worker.connection = second;
          await first.close();
          await expectDoneOnce(world, handle);
        },
        { options: { connection: first } },
      );
      await second.close();
    }));

  it('of two workers with one plugin are handed over by the one that stops alone', () =>
    inWorld({ jobs: jobs(['jobA', 'jobB'], 8_000) }, async (world) => {
      const plugins = [new DataFlowPlugin({ profiles: { default: world.profile } })];
      const queues = ['jobA', 'jobB'].map((jobId) => `${world.taskQueue}-${jobId}`);
      const [one, other] = await Promise.all(
        queues.map((taskQueue) => world.createWorker({ taskQueue, plugins })),
      );
      const running = one!.run();
      await other!.runUntil(async () => {
        const handles = await Promise.all(
          ['jobA', 'jobB'].map((jobId, nth) =>
            world.client.workflow.start(RUN_JOB_WORKFLOW, {
              ...{ args: [{ jobId }], taskQueue: queues[nth]!, workflowId: queues[nth]! },
            }),
          ),
        );
        for (const handle of handles) await until(() => isWaiting(handle));
        one!.shutdown();
        await running;
        expect(await isWaiting(handles[0]!)).toBe(false);
        expect(await isWaiting(handles[1]!)).toBe(true);
        const successor = await world.createWorker({ taskQueue: queues[0]!, plugins });
        await successor.runUntil(Promise.all(handles.map((handle) => handle.result())));
      });
    }));

  it('are completed for a pinned workflow of a versioned worker', () =>
    inWorld({ jobs: jobs(['jobA'], 4_000) }, async (world) => {
      const version = { deploymentName: `d-${world.taskQueue}`, buildId: 'one' };
      const taskQueue = `${world.taskQueue}-versioned`;
      const worker = await world.createWorker({
        taskQueue,
        workerDeploymentOptions: {
          ...{ version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' },
        },
      });
      await worker.runUntil(async () => {
        const { workflowService } = world.client;
        await until(() =>
          workflowService
            .setWorkerDeploymentCurrentVersion({ namespace, ...version })
            .then(() => true)
            .catch(() => false),
        );
        const workflow = { args: [{ jobId: 'jobA' }], taskQueue, workflowId: taskQueue };
        const handle = await world.client.workflow.start(RUN_JOB_WORKFLOW, workflow);
        await expectDoneOnce(world, handle);
      });
    }));
});
