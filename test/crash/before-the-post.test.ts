import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

/** So few calls that the POST has to wait while its permit is valid. */
const SLOW = { DATAFLOW_CALLS_PER_SECOND: '0.4' };
const OPTIONS: SceneOptions = {
  jobs: ['jobA', 'jobB'].map((jobId) => ({
    jobId,
    executions: [{ waitingMs: 100, runningMs: 500 }],
    requested: 1,
  })),
  timings: { permitTtlMs: 12_000 },
};

/** A run whose submit a worker has taken up, and has not posted yet. */
async function aboutToPost(
  scene: Scene,
): Promise<{ readonly worker: WorkerProcess; readonly handle: RunHandle }> {
  const worker = await scene.startWorker(SLOW);
  const handle = await scene.start({ jobId: 'jobA' });
  await until(async () => (await scene.runningActivities(handle)).includes('dataflowExecuteJob'));
  return { worker, handle };
}

async function expectOne(scene: Scene, handle: RunHandle): Promise<void> {
  const result = await handle.result();
  const [only, ...more] = scene.simulator.executions('jobA');
  expect(more).toEqual([]);
  expect(result).toMatchObject({
    submissionOutcome: 'submitted',
    execution: { jobExecutionId: only?.executionId, status: 'COMPLETED' },
  });
  expect(scene.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
}

describe('a worker that has taken up a submit and not posted yet', () => {
  it('and is killed posts nothing; its successor looks, finds nothing and posts', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await aboutToPost(scene);
      await worker.end('SIGKILL');
      expect(scene.calls('executeJob', 'jobA')).toBe(0);
      await scene.startWorker();
      await expectOne(scene, handle);
      expect(scene.calls('executeJob', 'jobA')).toBe(1);
    }));

  it('and is frozen posts nothing when it goes on: its permit is over', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await aboutToPost(scene);
      worker.child.kill('SIGSTOP');
      expect(scene.calls('executeJob', 'jobA')).toBe(0);
      const second = await scene.startWorker();
      await expectOne(scene, handle);
      expect(await second.end('SIGTERM')).toBe(0);
      worker.child.kill('SIGCONT');
      await scene.start({ jobId: 'jobB' });
      // its kept POST goes before any other call
      await until(() => scene.calls('getJobById', 'jobB') > 0);
      expect(scene.calls('executeJob', 'jobA')).toBe(1);
      expect(scene.simulator.report()).toMatchObject({ duplicates: 0 });
    }));

  it('and is told to stop posts nothing, and its successor posts', () =>
    inScene(OPTIONS, async (scene) => {
      const { worker, handle } = await aboutToPost(scene);
      const gone = worker.end('SIGTERM');
      await scene.startWorker();
      expect(await gone).toBe(0);
      await expectOne(scene, handle);
    }));
});
