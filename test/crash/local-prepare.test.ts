import { describe, expect, it } from 'vitest';
import { doneLocally, eventsOf, scheduled } from '../support/history.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

const OPTIONS: SceneOptions = {
  jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 300 }], requested: 1 }],
  faults: [{ on: 'getJobById', calls: [1], then: { delayMs: 60_000 } }],
};

/** A run whose local prepare activity is under way. */
async function preparing(
  scene: Scene,
): Promise<{ readonly worker: WorkerProcess; readonly handle: RunHandle }> {
  const worker = await scene.startWorker();
  const handle = await scene.start({ jobId: 'jobA' });
  await until(() => scene.calls('getJobById', 'jobA') === 1);
  return { worker, handle };
}

async function expectOne(scene: Scene, handle: RunHandle): Promise<void> {
  // A permit that ran out in the open poll of a frozen worker counts as a POST too: nothing was sent with it.
  expect(await handle.result()).toMatchObject({ submissionOutcome: 'submitted', duplicates: [] });
  expect(scene.simulator.executions('jobA')).toHaveLength(1);
  expect(scene.simulator.report()).toMatchObject({ posts: 1, duplicates: 0, leftRunning: 0 });
}

describe('a worker that prepares locally', () => {
  it('and is killed leaves neither permit nor submit; its successor takes a permit of its own', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await preparing(scene);
      await worker.end('SIGKILL');
      expect(doneLocally(await eventsOf(handle))).toEqual([]);
      expect(scheduled(await eventsOf(handle), 'dataflowExecuteJob')).toEqual([]);
      await scene.startWorker();
      await expectOne(scene, handle);
    }));

  it('and is frozen until its workflow task is given up posts nothing when it goes on', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await preparing(scene);
      worker.child.kill('SIGSTOP');
      await scene.startWorker();
      await expectOne(scene, handle);
      worker.child.kill('SIGCONT');
      expect(await worker.end('SIGTERM')).toBe(0);
      await expectOne(scene, handle);
    }));

  it('and is told to stop ends, and the run goes on elsewhere', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await preparing(scene);
      const gone = worker.end('SIGTERM');
      await scene.startWorker();
      expect(await gone).toBe(0);
      await expectOne(scene, handle);
    }));
});
