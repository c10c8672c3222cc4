import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import {
  ANSWERED,
  expectLatePostRefused,
  expectTruth,
  PLACES,
  TIMINGS,
  whenAnswered,
} from './places.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

const IN_THREE_MINUTES = 180_000;
const OPTIONS: SceneOptions = {
  jobs: [...PLACES.map(({ job }) => job), ANSWERED, { jobId: 'afterwards', requested: 1 }],
  faults: PLACES.flatMap(({ faults = [] }) => faults),
  timings: TIMINGS,
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

type Annotate = (message: string) => unknown;

interface Struck {
  /** The runs by job. */
  readonly handles: ReadonlyMap<string, RunHandle>;
  readonly atMs: number;
}

/** Brings one run to each place, then strikes. */
async function strikeEverywhere(scene: Scene, strike: () => void): Promise<Struck> {
  const handles = new Map<string, RunHandle>();
  for (const { job, request, reach } of PLACES) {
    const handle = await scene.start({ jobId: job.jobId, ...request });
    handles.set(job.jobId, handle);
    await reach(scene, handle);
  }
  const struck = whenAnswered(scene, strike);
  handles.set(ANSWERED.jobId, await scene.start({ jobId: ANSWERED.jobId }));
  await struck;
  return { handles, atMs: performance.now() };
}

/** All runs end with the truth; says how long after the successor began to poll each of them did. */
async function expectAllTrue(
  scene: Scene,
  { handles, atMs }: Struck,
  annotate: Annotate,
): Promise<void> {
  const replacedMs = performance.now();
  const times = [`successor polls after ${seconds(replacedMs - atMs)}, and then`];
  const rows = [
    ...PLACES,
    { job: ANSWERED, expected: { obtained: ['adopted', 'posted'], leastPosts: 1 } as const },
  ];
  await Promise.all(
    rows.map(async ({ job, expected }) => {
      await expectTruth(scene, job, handles.get(job.jobId)!, expected);
      times.push(`${job.jobId} ${seconds(performance.now() - replacedMs)}`);
    }),
  );
  await annotate(times.join(', '));
  await expectLatePostRefused(scene);
  expectNothingTwice(scene);
}

function expectNothingTwice({ simulator }: Scene): void {
  expect(simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
}

describe('a worker that is struck while it prepares, posts, looks, waits and stops', () => {
  it.concurrent(
    'and killed is replaced: nothing is started twice, nothing is lost, and the truth is told',
    ({ annotate }) =>
      inScene(OPTIONS, async (scene) => {
        const first = await scene.startWorker();
        const struck = await strikeEverywhere(scene, () => first.child.kill('SIGKILL'));
        await scene.startWorker();
        await expectAllTrue(scene, struck, annotate);
      }),
    IN_THREE_MINUTES,
  );

  it.concurrent(
    'and frozen is replaced, and starts nothing when it goes on after its successor has finished',
    ({ annotate }) =>
      inScene(OPTIONS, async (scene) => {
        const first = await scene.startWorker();
        const struck = await strikeEverywhere(scene, () => first.child.kill('SIGSTOP'));
        const second = await scene.startWorker();
        await expectAllTrue(scene, struck, annotate);
        expect(await second.end('SIGTERM')).toBe(0);
        first.child.kill('SIGCONT');
        await expectAtWork(scene, first);
        expectNothingTwice(scene);
      }),
    IN_THREE_MINUTES,
  );

  it.concurrent(
    'and told to stop finishes what it has posted and hands over the rest',
    ({ annotate }) =>
      inScene(OPTIONS, async (scene) => {
        const first = await scene.startWorker();
        let gone: Promise<number | null> | undefined;
        const struck = await strikeEverywhere(scene, () => {
          gone = first.end('SIGTERM');
        });
        await scene.startWorker();
        expect(await gone).toBe(0);
        await expectAllTrue(scene, struck, annotate);
      }),
    IN_THREE_MINUTES,
  );
});

/** It carries out another run, so whatever it had kept in mind is behind it; then it ends in peace. */
async function expectAtWork(scene: Scene, worker: WorkerProcess): Promise<void> {
  const handle = await scene.start({ jobId: 'afterwards' });
  await until(() => scene.calls('executeJob', 'afterwards') > 0);
  expect((await handle.result()).execution.status).toBe('COMPLETED');
  expect(await worker.end('SIGTERM')).toBe(0);
}
