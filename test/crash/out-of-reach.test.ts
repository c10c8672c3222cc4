import { describe, expect, it } from 'vitest';
import { startHoldingProxy, type HoldingProxy } from '../support/holding-proxy.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

const LONG_RUN = { waitingMs: 100, runningMs: 600_000 };

/** A run that cannot reach the service from the first call of `operation` on. */
async function cutOffAt(
  operation: 'getJobExecutions' | 'getJobExecutionById',
  body: (scene: Scene, proxy: HoldingProxy, handle: RunHandle) => Promise<void>,
): Promise<void> {
  const jobs = [{ jobId: 'jobA', executions: [LONG_RUN], requested: 1 }];
  await inScene({ jobs }, async (scene) => {
    const proxy = await startHoldingProxy(scene.simulator.url);
    try {
      const broken = new Promise<void>((resolve) => {
        const stop = scene.simulator.onChange(() => {
          if (scene.calls(operation, 'jobA') === 0) return;
          stop();
          proxy.breakOff();
          resolve();
        });
      });
      await scene.startWorker({ DATAFLOW_URL: proxy.url });
      const handle = await scene.start({ jobId: 'jobA' });
      await broken;
      await body(scene, proxy, handle);
    } finally {
      await proxy.close();
    }
  });
}

async function expectStopped(scene: Scene, handle: RunHandle): Promise<void> {
  await expect(handle.result()).rejects.toThrow();
  expect(scene.simulator.executions()).toMatchObject([{ status: 'CANCELED', canceledByApi: true }]);
  expect(await scene.progress(handle)).toMatchObject({ outcome: 'canceled', status: 'CANCELED' });
}

describe('a service that cannot be reached', () => {
  it('gets no start from a run that is cancelled meanwhile, also not later', () =>
    cutOffAt('getJobExecutions', async (scene, proxy, handle) => {
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      proxy.restore();
      const { outcomeUnknown, outcome } = await scene.progress(handle);
      expect({ outcomeUnknown, outcome }).toEqual({ outcomeUnknown: false, outcome: 'canceled' });
      expect(scene.simulator.report()).toMatchObject({ posts: 0, accepted: 0 });
    }));

  it('gets its one start when it can be reached again', () =>
    cutOffAt('getJobExecutions', async (scene, proxy, handle) => {
      await until(async () => {
        const { raw } = await handle.describe();
        return (raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 0) > 1);
      });
      proxy.restore();
      await until(() => scene.simulator.report().accepted === 1);
      await until(() => scene.calls('getJobExecutionById', 'jobA') > 0);
      await handle.cancel();
      await expectStopped(scene, handle);
      expect(scene.simulator.report()).toMatchObject({ posts: 1, duplicates: 0 });
    }));

  it('stops what it runs once it can be reached again, when the run was cancelled meanwhile', () =>
    cutOffAt('getJobExecutionById', async (scene, proxy, handle) => {
      await handle.cancel();
      await until(async () => (await scene.progress(handle)).phase === 'stopping');
      proxy.restore();
      await expectStopped(scene, handle);
    }));
});
