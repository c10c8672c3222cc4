import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 3_000 };
/** After reconciling, which ends some 8 s after the first baseline; before a killed prepare is repeated, 10 s later. */
const LISTED_AFTER_THE_LOOK_MS = 16_000;
const FOR_LONG_MS = 60_000;

const job = (jobId: string) => ({
  jobId,
  maxConcurrentRuns: 2,
  executions: [{ waitingMs: 100, runningMs: 300 }],
  requested: 1,
});
/** The first POST or its answer is lost, and the service is slow for the second prepare. */
const lost = (jobId: string, drop: 'before' | 'after') =>
  [
    { on: 'executeJob', jobId, calls: [1], then: { drop } },
    { on: 'getJobById', jobId, calls: [2], then: { delayMs: FOR_LONG_MS } },
  ] as const;

const OPTIONS: SceneOptions = {
  jobs: [job('never'), job('late'), job('afterwards')],
  faults: [...lost('never', 'before'), ...lost('late', 'after')],
  switches: { listLagMs: LISTED_AFTER_THE_LOOK_MS },
  timings: TIMINGS,
};

interface Struck {
  readonly worker: WorkerProcess;
  readonly never: RunHandle;
  readonly late: RunHandle;
}

/**
 * Two runs that found no execution and prepare again: the POST of one never arrived, the execution of the other is
 * listed only now.
 */
async function preparingAnew(scene: Scene): Promise<Struck> {
  const worker = await scene.startWorker();
  const late = await scene.start({ jobId: 'late' });
  await until(() => scene.calls('executeJob', 'late') === 1);
  scene.simulator.setSwitches({ listLagMs: 0 });
  const never = await scene.start({ jobId: 'never' });
  await until(() => ['never', 'late'].every((jobId) => scene.calls('getJobById', jobId) === 2));
  return { worker, never, late };
}

async function expectOneEach(scene: Scene, { never, late }: Struck): Promise<void> {
  const posted = await never.result();
  expect(posted).toMatchObject({ submissionOutcome: 'submitted', duplicates: [] });
  // A permit that ran out in the open poll of a frozen worker counts too: nothing was sent with it.
  expect(posted.posts).toBeGreaterThanOrEqual(2);
  expect(await late.result()).toMatchObject({
    submissionOutcome: 'adopted',
    posts: 1,
    duplicates: [],
  });
  for (const handle of [never, late]) {
    const { execution } = await handle.result();
    const made = scene.simulator.executions(execution.jobId);
    expect(made).toMatchObject([{ executionId: execution.jobExecutionId, status: 'COMPLETED' }]);
  }
  expect(scene.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
}

/** The server has timed the prepares out and scheduled a further attempt. */
const givenUp = (handles: readonly RunHandle[]): Promise<void> =>
  until(async () => {
    const all = await Promise.all(handles.map((handle) => handle.describe()));
    return all.every(({ raw }) =>
      (raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 0) > 1),
    );
  });

describe('a worker that takes a fresh permit after a look found nothing', () => {
  it('and is killed is replaced: what has shown up meanwhile is adopted, and what has not is posted once more', () =>
    inScene(OPTIONS, async (scene) => {
      const struck = await preparingAnew(scene);
      await struck.worker.end('SIGKILL');
      await scene.startWorker();
      await expectOneEach(scene, struck);
    }));

  it('and is frozen is replaced, and posts nothing when it goes on', () =>
    inScene(OPTIONS, async (scene) => {
      const struck = await preparingAnew(scene);
      const { worker } = struck;
      worker.child.kill('SIGSTOP');
      const second = await scene.startWorker();
      await expectOneEach(scene, struck);
      expect(await second.end('SIGTERM')).toBe(0);
      const posts = (): number =>
        scene.calls('executeJob', 'never') + scene.calls('executeJob', 'late');
      const before = posts();
      worker.child.kill('SIGCONT');
      const { execution } = await (await scene.start({ jobId: 'afterwards' })).result();
      expect(execution.status).toBe('COMPLETED');
      await expectOneEach(scene, struck);
      expect(posts()).toBe(before);
    }));

  it('and is frozen for longer than its heartbeats may be missing goes on by itself with one execution each', () =>
    inScene(OPTIONS, async (scene) => {
      const struck = await preparingAnew(scene);
      struck.worker.child.kill('SIGSTOP');
      await givenUp([struck.never, struck.late]);
      struck.worker.child.kill('SIGCONT');
      await expectOneEach(scene, struck);
    }));
});
