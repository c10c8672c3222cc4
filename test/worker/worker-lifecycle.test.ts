import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { DataFlowPlugin } from '../../index.js';
import { startSimulator } from '../../simulator/index.js';
import { ACTIVITY_STARTED, eventsOf, scheduled } from '../support/history.js';
import { until } from '../support/until.js';
import { waiters } from '../support/waiters.js';
import { inWorld } from '../support/world.js';
import { profilesOf } from '../../worker/profiles.js';

describe('a worker with DataFlowPlugin', () => {
  it('hands its waits over when it is stopped: nothing is posted, cancelled or lost', () =>
    inWorld(
      { jobs: [{ jobId: 'jobA', executions: [{ runningMs: 6_000 }], requested: 1 }] },
      async (world) => {
        const taskQueue = `${world.taskQueue}-replaced`;
        const first = await world.createWorker({ taskQueue });
        const running = first.run();
        const workflow = { args: [{ jobId: 'jobA' }], taskQueue, workflowId: taskQueue };
        const handle = await world.client.workflow.start('dataflowRunJob', workflow);
        await until(() => world.simulator.executions().some(({ status }) => status === 'RUNNING'));
        first.shutdown();
        await running;
        const second = await world.createWorker({ taskQueue });
        const result: unknown = await second.runUntil(handle.result());
        expect(result).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 1,
          execution: { status: 'COMPLETED' },
        });
        expect(world.simulator.report()).toMatchObject({
          posts: 1,
          cancels: 0,
          duplicates: 0,
          leftRunning: 0,
        });
      },
    ));

  it('leaves a wait to the next one as soon at the fifth deploy as at the first, and pauses for five seconds at most after a crash', () =>
    inWorld({ jobs: [{ jobId: 'jobA', executions: [{ runningMs: 600_000 }] }] }, async (world) => {
      const taskQueue = `${world.taskQueue}-deploys`;
      const handle = await world.client.workflow.start('dataflowRunJob', {
        ...{ args: [{ jobId: 'jobA' }], taskQueue, workflowId: taskQueue },
      });
      /** Attempts that the wait has had, whether one runs, and the pause that the last one asked for. */
      const wait = async () => {
        const { raw } = await handle.describe();
        const found = raw.pendingActivities?.find(
          ({ activityType }) => activityType?.name === 'dataflowAwaitExecution',
        );
        const { state, attempt, lastFailure } = found ?? {};
        const pause = lastFailure?.applicationFailureInfo?.nextRetryDelay;
        return { state: Number(state), attempt, pauseS: Number(pause?.seconds) };
      };
      const pauses: number[] = [];
      for (let deploy = 1; deploy <= 5; deploy += 1) {
        const worker = await world.createWorker({ taskQueue });
        await worker.runUntil(() =>
          until(async () => {
            const { state, attempt } = await wait();
            // A worker that stops before the task has reached it can only lose it.
            return state === ACTIVITY_STARTED && attempt === deploy && waiters(worker) === 1;
          }),
        );
        await until(async () => (await wait()).state !== ACTIVITY_STARTED); // the server has the end of the attempt
        pauses.push((await wait()).pauseS);
      }
      expect(pauses).toEqual([1, 1, 1, 1, 1]);
      const [event] = scheduled(await eventsOf(handle), 'dataflowAwaitExecution');
      const policy = event?.activityTaskScheduledEventAttributes?.retryPolicy;
      expect(Number(policy?.maximumInterval?.seconds)).toBe(5);
      await handle.terminate();
    }));

  it('polls no workflow tasks when it was made for activities alone', () =>
    inWorld(
      { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 100 }] }] },
      async (world) => {
        const taskQueue = `${world.taskQueue}-activities`;
        const worker = await Worker.create({
          connection: world.native,
          namespace: inject('temporalNamespace'),
          taskQueue,
          plugins: [new DataFlowPlugin({ profiles: { default: world.profile } })],
        });
        expect(worker.options.workflowsPath).toBeUndefined();
        expect(worker.options.workflowBundle).toBeUndefined();
        await worker.runUntil(async () => {
          await until(() => worker.getStatus().activityPollerState === 'POLLING');
          expect(worker.getStatus().workflowPollerState).toBe('SHUTDOWN');
        });
      },
    ));

  it('serves all profiles of its plugin', async () => {
    const other = await startSimulator({
      jobs: [{ jobId: 'jobB', executions: [{ waitingMs: 50, runningMs: 100 }] }],
    });
    const { url: baseUrl, accessKey, secretKey } = other;
    const timings = { minPollMs: 100, maxPollMs: 200 };
    const payroll = {
      baseUrl,
      credentials: { accessKey, secretKey },
      timings,
      statusCallsPerMinute: 600,
    };
    try {
      await inWorld(
        { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 50, runningMs: 100 }] }] },
        async (world) => {
          const plugin = new DataFlowPlugin({ profiles: { default: world.profile, payroll } });
          const taskQueue = `${world.taskQueue}-two`;
          const worker = await world.createWorker({ taskQueue, plugins: [plugin] });
          await worker.runUntil(async () => {
            const run = (id: string, request: object): Promise<unknown> =>
              world.client.workflow.execute('dataflowRunJob', {
                args: [request],
                taskQueue,
                workflowId: `${taskQueue}-${id}`,
              });
            await Promise.all([
              run('a', { jobId: 'jobA' }),
              run('b', { jobId: 'jobB', profile: 'payroll' }),
            ]);
          });
          expect(world.simulator.report()).toMatchObject({ created: 1 });
          expect(other.report()).toMatchObject({ created: 1 });
        },
      );
    } finally {
      await other.close();
    }
  });

  it('closes what it has opened when its last worker ends, also where another could not be made (L4), and serves one that begins later', () =>
    inWorld(
      {
        jobs: ['jobA', 'jobB'].map((jobId) => ({
          jobId,
          executions: [{ waitingMs: 50, runningMs: 100 }],
        })),
      },
      async (world) => {
        const plugins = [new DataFlowPlugin({ profiles: { default: world.profile } })];
        const unmade = { connection: world.native, namespace: 'nope', taskQueue: 'q', plugins };
        await expect(Worker.create(unmade)).rejects.toThrow('nope');
        const queues = ['first', 'later'].map((name) => `${world.taskQueue}-${name}`);
        const [first, later] = await Promise.all(
          queues.map((taskQueue) => world.createWorker({ taskQueue, plugins })),
        );
        const run = (taskQueue: string | undefined, jobId: string): Promise<unknown> =>
          world.client.workflow.execute('dataflowRunJob', {
            ...{
              args: [{ jobId }],
              taskQueue: taskQueue ?? '',
              workflowId: `${jobId}-${taskQueue}`,
            },
          });
        const profile = profilesOf(Object.fromEntries(first?.options.activities ?? []));
        const client = profile?.get('default')?.client;
        await first?.runUntil(run(queues[0], 'jobA'));
        await expect(client?.call('getJobs', {})).rejects.toThrow('the client was closed');
        await later?.runUntil(run(queues[1], 'jobB'));
        expect(world.simulator.report()).toMatchObject({ created: 2, leftRunning: 0 });
      },
    ));

  it('acts once when the plugin is given to connection and worker', async () => {
    await inWorld(
      { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 50, runningMs: 100 }] }] },
      async (world) => {
        const plugin = new DataFlowPlugin({ profiles: { default: world.profile } });
        const connection = await NativeConnection.connect({
          address: inject('temporalAddress'),
          plugins: [plugin],
        });
        const taskQueue = `${world.taskQueue}-twice`;
        try {
          const worker = await world.createWorker({ connection, taskQueue, plugins: [plugin] });
          await worker.runUntil(
            world.client.workflow.execute('dataflowRunJob', {
              args: [{ jobId: 'jobA' }],
              taskQueue,
              workflowId: taskQueue,
            }),
          );
        } finally {
          await connection.close();
        }
        expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1 });
      },
    );
  });

  it('ends by itself when its keys are nowhere, and its error names each place', () =>
    inWorld({ jobs: [] }, async (world) => {
      const noRole = createServer((_, response) => response.writeHead(404).end());
      await new Promise<void>((resolve) => noRole.listen(0, '127.0.0.1', resolve));
      const { port } = noRole.address() as AddressInfo;
      const env = { HOME: '/nowhere', NCLOUD_METADATA_API_ENDPOINT: `http://127.0.0.1:${port}` };
      try {
        const plugins = [new DataFlowPlugin({ env })];
        const worker = await world.createWorker({ taskQueue: `${world.taskQueue}-keys`, plugins });
        const running = worker.run();
        for (const place of ['NCLOUD_ACCESS_KEY_ID', '~/.ncloud/configure', 'server role'])
          await expect(running).rejects.toThrow(place);
        expect(worker.getState()).toBe('STOPPED');
      } finally {
        await new Promise((resolve) => noRole.close(resolve));
      }
    }));

  it.each(['default', 'payroll'])(
    'refuses a second plugin when the worker is made, with profile %s beside default',
    (name) =>
      inWorld({ jobs: [] }, async (world) => {
        const plugins = ['default', name].map(
          (one) => new DataFlowPlugin({ profiles: { [one]: world.profile } }),
        );
        await expect(world.createWorker({ plugins })).rejects.toThrow(
          'has a DataFlowPlugin already: give one plugin all profiles',
        );
      }),
  );

  it('refuses to hide an activity of the user that has the name of one of ours', () =>
    inWorld({ jobs: [] }, async (world) => {
      const activities = { dataflowExecuteJob: (): Promise<void> => Promise.resolve() };
      await expect(world.createWorker({ activities })).rejects.toThrow(
        'dataflowExecuteJob: rename them',
      );
    }));
});
