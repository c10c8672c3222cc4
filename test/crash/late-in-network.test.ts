import { describe, expect, it } from 'vitest';
import { type HoldingProxy, startHoldingProxy } from '../support/holding-proxy.js';
import { until } from '../support/until.js';
import { inScene, type Scene, type SceneOptions } from './scene.js';

const POST = /^POST \S+\/executions /;
const NOTHING = /^\b$/;
const LONG_RUN = { waitingMs: 100, runningMs: 6_000 };
const OPTIONS: SceneOptions = {
  jobs: [{ jobId: 'jobA', maxConcurrentRuns: 2, executions: [LONG_RUN], requested: 1 }],
};

async function behindProxy(
  options: SceneOptions,
  body: (scene: Scene, proxy: HoldingProxy) => Promise<void>,
): Promise<void> {
  await inScene(options, async (scene) => {
    const proxy = await startHoldingProxy(scene.simulator.url);
    try {
      await body(scene, proxy);
    } finally {
      await proxy.close();
    }
  });
}

/** Keeps the bytes of the first POST, and of no other. */
async function keepFirstPost(proxy: HoldingProxy): Promise<void> {
  await until(() => proxy.held().length === 1);
  proxy.hold(NOTHING);
}

describe('a POST that is late in the network', () => {
  it('is refused for its age when it arrives after the second one, whose execution is the only one', () =>
    behindProxy(OPTIONS, async (scene, proxy) => {
      await scene.startWorker({ DATAFLOW_URL: proxy.url });
      proxy.hold(POST);
      const handle = await scene.start({ jobId: 'jobA' });
      await keepFirstPost(proxy);
      await until(() => scene.simulator.report().accepted === 1);
      await until(() => proxy.held()[0]?.senderWaits === false);
      expect(await proxy.letGo()).toEqual([401]);
      expect(await handle.result()).toMatchObject({
        submissionOutcome: 'submitted',
        posts: 2,
        duplicates: [],
      });
      expect(scene.simulator.report()).toMatchObject({ accepted: 1, duplicates: 0 });
    }));

  it('is refused for its age also where one answer in three carries a date a minute ahead (S2)', () => {
    const jobs = Array.from({ length: 12 }, (_, nth) => ({
      ...{ jobId: `job${nth}`, maxConcurrentRuns: 2, executions: [LONG_RUN], requested: 1 },
    }));
    const switches = { strayDates: 0.3, strayDateMs: 60_000 };
    return behindProxy({ jobs, switches }, async (scene, proxy) => {
      await scene.startWorker({ DATAFLOW_URL: proxy.url });
      proxy.hold(POST);
      const handles = await Promise.all(jobs.map(({ jobId }) => scene.start({ jobId })));
      await until(() => proxy.held().length === jobs.length);
      proxy.hold(NOTHING);
      await until(() => scene.simulator.report().accepted === jobs.length);
      await until(() => proxy.held().every(({ senderWaits }) => !senderWaits));
      expect(await proxy.letGo()).toEqual(jobs.map(() => 401));
      for (const handle of handles)
        expect(await handle.result()).toMatchObject({ posts: 2, duplicates: [] });
      expect(scene.simulator.report()).toMatchObject({ duplicates: 0 });
    });
  });

  it('is refused as well when its sender was killed meanwhile', () =>
    behindProxy(OPTIONS, async (scene, proxy) => {
      const first = await scene.startWorker({ DATAFLOW_URL: proxy.url });
      proxy.hold(POST);
      const handle = await scene.start({ jobId: 'jobA' });
      await keepFirstPost(proxy);
      await first.end('SIGKILL');
      await scene.startWorker({ DATAFLOW_URL: proxy.url });
      await until(() => scene.simulator.report().accepted === 1);
      expect(await proxy.letGo()).toEqual([401]);
      expect(await handle.result()).toMatchObject({
        submissionOutcome: 'submitted',
        posts: 2,
        duplicates: [],
      });
      expect(scene.simulator.report()).toMatchObject({ accepted: 1, duplicates: 0 });
    }));

  it('is adopted when it arrives while the gateway still takes it', () =>
    behindProxy(
      { ...OPTIONS, timings: { permitTtlMs: 5_000, submitTimeoutMs: 5_000 } },
      async (scene, proxy) => {
        const first = await scene.startWorker({ DATAFLOW_URL: proxy.url });
        proxy.hold(POST);
        const handle = await scene.start({ jobId: 'jobA' });
        await keepFirstPost(proxy);
        await first.end('SIGKILL');
        await until(() => proxy.held()[0]?.senderWaits === false);
        expect(await proxy.letGo()).toEqual([200]);
        await scene.startWorker({ DATAFLOW_URL: proxy.url });
        expect(await handle.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
        expect(scene.simulator.report()).toMatchObject({ accepted: 1, duplicates: 0 });
      },
    ));

  it('makes a second execution where the gateway ignores the age of signatures: it is named as a duplicate', () =>
    behindProxy({ ...OPTIONS, switches: { maxSignatureAgeMs: null } }, async (scene, proxy) => {
      await scene.startWorker({ DATAFLOW_URL: proxy.url });
      proxy.hold(POST);
      const handle = await scene.start({ jobId: 'jobA' });
      await keepFirstPost(proxy);
      await until(() => scene.simulator.report().accepted === 1);
      expect(await proxy.letGo()).toEqual([200]);
      const [reported, duplicate] = scene.simulator.executions('jobA');
      expect(await handle.result()).toMatchObject({
        execution: { jobExecutionId: reported?.executionId },
        duplicates: [duplicate?.executionId],
      });
    }));
});
