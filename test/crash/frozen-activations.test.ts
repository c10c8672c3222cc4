import { describe, expect, it } from 'vitest';
import type { Fault, JobScript } from '../../simulator/index.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { expectTruth, PLACES, TIMINGS } from './places.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

const IN_THREE_MINUTES = 180_000;
/** `isolateExecutionTimeout` of the SDK, and a second: whatever ran when the process was stopped is ended. */
const LONGER_THAN_AN_ACTIVATION_MS = 6_000;
const BURST = 12;
const KEY = 'run';
const LOST_ANSWERS: Fault = {
  ...{ on: 'executeJob', jobId: 'burst', calls: [2, 5, 9], then: { drop: 'after' } },
};
const BURST_JOB: JobScript = {
  jobId: 'burst',
  type: 'SCRIPT',
  maxConcurrentRuns: 3 * BURST,
  requested: 3 * BURST,
  submissionParameter: KEY,
  executions: [{ waitingMs: 100, runningMs: 2_000 }],
};

const startBurst = (scene: Scene): Promise<readonly RunHandle[]> =>
  Promise.all(
    Array.from({ length: BURST }, () => scene.start({ jobId: 'burst', runKeyParameter: KEY })),
  );

async function freeze({ child }: WorkerProcess): Promise<void> {
  child.kill('SIGSTOP');
  const endMs = performance.now() + LONGER_THAN_AN_ACTIVATION_MS;
  await until(() => performance.now() > endMs);
  child.kill('SIGCONT');
}

describe('a worker that is stopped for longer than an activation may take, and goes on (S1)', () => {
  it.concurrent(
    'while it prepares, posts, looks, waits, stops and begins further runs: each has one execution, its own',
    () =>
      inScene(
        {
          jobs: [...PLACES.map(({ job }) => job), BURST_JOB],
          faults: [...PLACES.flatMap(({ faults = [] }) => faults), LOST_ANSWERS],
          timings: TIMINGS,
        },
        async (scene) => {
          const first = await scene.startWorker();
          const placed: (readonly [(typeof PLACES)[number], RunHandle])[] = [];
          for (const place of PLACES) {
            const handle = await scene.start({ jobId: place.job.jobId, ...place.request });
            placed.push([place, handle]);
            await place.reach(scene, handle);
          }
          // The thread of workflows is in the midst of an activation, of one or another of these.
          const before = await startBurst(scene);
          await until(() => scene.calls('getJobById', 'burst') > 0);
          await freeze(first);
          const after = await startBurst(scene);
          await until(() => scene.calls('executeJob', 'burst') > BURST || hasEnded(first));
          if (!hasEnded(first)) await first.end('SIGKILL');
          await scene.startWorker();
          const last = await startBurst(scene);
          await expectOneEach(scene, [...before, ...after, ...last]);
          await Promise.all(
            placed.map(([{ job, expected }, handle]) => expectTruth(scene, job, handle, expected)),
          );
          expect(scene.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
        },
      ),
    IN_THREE_MINUTES,
  );
});

/** Node.js 20 may end a process whose continuation was cut off: "async hook stack has become corrupted". */
const hasEnded = ({ child }: WorkerProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

async function expectOneEach(scene: Scene, handles: readonly RunHandle[]): Promise<void> {
  const results = await Promise.all(handles.map((handle) => handle.result()));
  const { executionsBySubmission } = scene.simulator.report();
  for (const [index, { submission, runKey, execution, sure }] of results.entries()) {
    const { runId } = await handles[index]!.describe();
    expect(submission).toBe(`${runId}-1.1`);
    expect(executionsBySubmission[runKey!]).toEqual([execution.jobExecutionId]);
    expect(sure).toBe(true);
  }
}
