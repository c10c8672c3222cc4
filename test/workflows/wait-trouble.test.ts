import { expect, it } from 'vitest';
import type { RunPhase } from '../../contract/run.js';
import type { FaultEffect } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const REFUSED: FaultEffect = { status: 401 };
const DOWN: FaultEffect = { status: 503 };

type Handle = Awaited<ReturnType<World['start']>>;

const errorShown = (world: World, handle: Handle, phase: RunPhase, error: RegExp): Promise<void> =>
  until(async () => {
    const progress = await world.progress(handle);
    return progress.phase === phase && error.test(progress.lastError ?? '');
  });

const fail = ({ simulator }: World, jobId: string, then: FaultEffect): void => {
  simulator.addFaults({ on: '*', jobId, then });
};

// Requirement C7: the progress query shows why the calls of a wait fail.
it('every wait shows why its calls fail in the progress query, and goes on once they work', () =>
  inWorld(
    {
      jobs: ['prepare', 'wait', 'look', 'stop'].map((jobId) => ({
        jobId,
        executions: [{ waitingMs: 100, runningMs: jobId === 'stop' ? 600_000 : 20_000 }],
        maxConcurrentRuns: 2,
      })),
      faults: [{ on: 'executeJob', jobId: 'look', times: 1, then: { drop: 'after' } }],
    },
    async (world) => {
      fail(world, 'prepare', DOWN);
      const preparing = await world.start({ jobId: 'prepare' });
      const waiting = await world.start({ jobId: 'wait' });
      await until(async () => (await world.progress(waiting)).phase === 'waiting');
      fail(world, 'wait', REFUSED);
      const looking = await world.start({ jobId: 'look' });
      await until(async () => (await world.progress(looking)).phase === 'reconciling');
      fail(world, 'look', REFUSED);
      const stopping = await world.start({ jobId: 'stop' });
      await until(async () => (await world.progress(stopping)).phase === 'waiting');
      fail(world, 'stop', REFUSED);
      await stopping.cancel();
      await Promise.all([
        errorShown(world, preparing, 'preparing', /503/),
        errorShown(world, waiting, 'waiting', /401/),
        errorShown(world, looking, 'reconciling', /401/),
        errorShown(world, stopping, 'stopping', /401/),
      ]);
      world.simulator.clearFaults();
      await expect(stopping.result()).rejects.toThrow();
      expect(await world.progress(stopping)).toMatchObject({
        status: 'CANCELED',
        endedBy: 'workflow',
      });
      for (const handle of [preparing, waiting, looking]) {
        expect((await handle.result()).execution.status).toBe('COMPLETED');
        expect((await world.progress(handle)).lastError).toBeUndefined();
      }
      expect(world.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
    },
  ));

it('a wait shows what a proxy answers in place of the service, goes on, and is told by nothing else (C2)', () =>
  inWorld(
    { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 15_000 }] }] },
    async (world) => {
      const handle = await world.start({ jobId: 'jobA' });
      await until(async () => (await world.progress(handle)).phase === 'waiting');
      fail(world, 'jobA', { status: 404, body: '<html>404 Not Found</html>' });
      await errorShown(world, handle, 'waiting', /answer 404 by an intermediary, not by Data Flow/);
      world.simulator.clearFaults();
      fail(world, 'jobA', { gateway: '300' });
      await errorShown(world, handle, 'waiting', /300/);
      world.simulator.clearFaults();
      expect((await handle.result()).execution.status).toBe('COMPLETED');
      expect((await world.progress(handle)).lastError).toBeUndefined();
    },
  ));

it('a wait for room shows that its keys are refused, and ends when they have been for long', () =>
  inWorld({ jobs: [{ jobId: 'jobA' }] }, async (world) => {
    world.simulator.startForeignExecution('jobA', { execution: { waitingMs: 0, never: true } });
    const handle = await world.start({ jobId: 'jobA', onBusy: 'wait' });
    await until(async () => (await world.progress(handle)).phase === 'waiting-for-capacity');
    fail(world, 'jobA', REFUSED);
    const failure = failureOf(handle.result());
    await errorShown(world, handle, 'waiting-for-capacity', /401/);
    expect(await failure).toMatchObject({ type: 'DataFlowUnauthenticated' });
    expect(world.simulator.report()).toMatchObject({ posts: 0 });
  }));

it('a start and a cancel go on while polls that the service refuses rest (C18)', () => {
  const waiters = Array.from({ length: 8 }, (_, nth) => `waiter${nth}`);
  return inWorld(
    {
      jobs: [...waiters, 'stopped', 'fresh'].map((jobId) => ({
        jobId,
        executions: [{ waitingMs: 100, runningMs: jobId === 'stopped' ? 600_000 : 20_000 }],
      })),
      timings: { permitTtlMs: 10_000 },
    },
    async (world) => {
      const { simulator } = world;
      const waits = await Promise.all(waiters.map((jobId) => world.start({ jobId })));
      const stopped = await world.start({ jobId: 'stopped' });
      for (const handle of [...waits, stopped])
        await until(async () => (await world.progress(handle)).phase === 'waiting');
      const then: FaultEffect = { status: 429, headers: { 'retry-after': '20' } };
      const polled = [...waiters, 'stopped'];
      simulator.addFaults(
        ...polled.map((jobId) => ({ on: 'getJobExecutionById', jobId, then }) as const),
        ...polled.map((jobId) => ({ on: 'getJobExecutions', jobId, then }) as const),
        { on: 'getJobs', then },
        // What changes something is refused once, too.
        { on: 'cancelJobExecution', times: 1, then: { status: 429 } },
        { on: 'executeJob', times: 1, then: { status: 429 } },
      );
      await until(() => simulator.log().some(({ fault }) => fault === 'status 429'));
      const asked = simulator.log().length;
      const fresh = await world.start({ jobId: 'fresh' });
      await stopped.cancel();
      await until(
        () =>
          simulator.executions('stopped')[0]?.canceledByApi === true &&
          simulator.executions('fresh').length === 1,
      );
      simulator.clearFaults();
      await expect(stopped.result()).rejects.toThrow();
      for (const handle of [...waits, fresh])
        expect((await handle.result()).execution.status).toBe('COMPLETED');
      const since = simulator.log().slice(asked);
      const firstPoll = since.findIndex(
        ({ operation, jobId = '' }) => operation === 'getJobs' || waiters.includes(jobId),
      );
      const changes = ['executeJob', 'cancelJobExecution'].map((change) =>
        since.findLastIndex(({ operation }) => operation === change),
      );
      expect(Math.min(...changes)).toBeGreaterThan(-1);
      expect(firstPoll).toBeGreaterThan(Math.max(...changes));
    },
  );
});
