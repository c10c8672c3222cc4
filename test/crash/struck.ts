import { expect } from 'vitest';
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
import type { RunHandle, Scene, SceneOptions } from './scene.js';

/** A scene with a run for each place. */
export const EVERYWHERE: SceneOptions = {
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

/** Brings one run to each place of a scene of `EVERYWHERE`, then strikes. */
export async function strikeEverywhere(scene: Scene, strike: () => void): Promise<Struck> {
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

/** All runs report what the service shows; annotates how long each took after the next worker began to poll. */
export async function expectAllTrue(
  scene: Scene,
  { handles, atMs }: Struck,
  annotate: Annotate,
): Promise<void> {
  const replacedMs = performance.now();
  const times = [`successor polls after ${seconds(replacedMs - atMs)}, and then`];
  const rows = [
    ...PLACES,
    {
      job: ANSWERED,
      expected: { submissionOutcome: ['adopted', 'submitted'], leastPosts: 1 } as const,
    },
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

export function expectNothingTwice({ simulator }: Scene): void {
  expect(simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
}

/**
 * The worker completes another run, so the work that it had before the freeze is done; then it shuts down without an
 * error.
 */
export async function expectAtWork(scene: Scene, worker: WorkerProcess): Promise<void> {
  const handle = await scene.start({ jobId: 'afterwards' });
  await until(() => scene.calls('executeJob', 'afterwards') > 0);
  expect((await handle.result()).execution.status).toBe('COMPLETED');
  expect(await worker.end('SIGTERM')).toBe(0);
}
