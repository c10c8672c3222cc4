import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { PROGRESS_QUERY } from '../../contract/names.js';
import type { Fault, JobScript } from '../../simulator/index.js';
import { bundleFile } from '../support/bundle.js';
import { inSoak } from '../support/in-soak.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { expectTruth, PLACES, TIMINGS } from './places.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

/**
 * `isolateExecutionTimeout` of the SDK (5 s) and a second: an activation that ran when the process was stopped is
 * ended.
 */
const LONGER_THAN_AN_ACTIVATION_MS = 6_000;
const BURST = 12;
const KEY = 'run';
const LOST_ANSWERS: Fault = {
  ...{ on: 'executeJob', jobId: 'burst', times: 3, then: { drop: 'after' } },
};
const BURST_JOB: JobScript = {
  jobId: 'burst',
  type: 'SCRIPT',
  maxConcurrentRuns: 100 * BURST,
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

let codePath: string;
beforeAll(async () => {
  codePath = await bundleFile(new URL('./looping-neighbours.ts', import.meta.url));
});
/** A worker that also has workflows that never yield. All workflows share one thread. */
const withNeighbours = () => ({
  ...{ workflowBundle: { codePath }, workflowThreadPoolSize: 1 },
  isolateExecutionTimeout: '3s', // an option that the SDK's types do not show
});

const isCutOff = async (handle: WorkflowHandle): Promise<boolean> =>
  ((await handle.fetchHistory()).events ?? []).some(
    ({ workflowTaskFailedEventAttributes: failed }) =>
      failed?.failure?.message?.includes('timed out'),
  );

/**
 * Freezes the worker while runs begin, again until that interrupted an activation, which the SDK then ends: most often
 * the first time does. Returns the runs that began meanwhile.
 */
async function freezeAmidActivation(
  scene: Scene,
  worker: WorkerProcess,
): Promise<readonly RunHandle[]> {
  const started: RunHandle[] = [];
  for (;;) {
    const begun = scene.calls('getJobById', 'burst');
    const burst = startBurst(scene);
    await until(() => scene.calls('getJobById', 'burst') > begun);
    await freeze(worker);
    started.push(...(await burst));
    if (hasEnded(worker)) return started;
    // An activation that was ended is repeated; only then the history shows whether there was one.
    await until(
      async () => hasEnded(worker) || (await Promise.all(started.map(hasBegun))).every(Boolean),
    );
    if (hasEnded(worker) || (await Promise.all(started.map(isCutOff))).includes(true))
      return started;
  }
}

describe('a worker that is stopped for longer than an activation may take, and goes on (S1)', () => {
  it('while it prepares, posts, looks, waits, stops and begins further runs: each has one execution, its own', () =>
    inScene(
      {
        jobs: [...PLACES.map(({ job }) => job), BURST_JOB],
        faults: PLACES.flatMap(({ faults = [] }) => faults),
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
        const before = await freezeAmidActivation(scene, first);
        scene.simulator.addFaults(LOST_ANSWERS);
        const posted = scene.calls('executeJob', 'burst');
        const after = await startBurst(scene);
        if (!hasEnded(first)) await expectOwnRuns(first, after);
        await until(() => scene.calls('executeJob', 'burst') > posted + 3 || hasEnded(first));
        if (!hasEnded(first)) await first.end('SIGKILL');
        await scene.startWorker();
        const last = await startBurst(scene);
        await expectOneEach(scene, [...before, ...after, ...last]);
        await Promise.all(
          placed.map(([{ job, expected }, handle]) => expectTruth(scene, job, handle, expected)),
        );
        expect(scene.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
      },
    ));
});

// One after the other: a workflow that never yields takes a whole core.
describe('a worker beside whose runs a workflow never yields (S1)', { concurrent: false }, () => {
  const EACH = ['loopsOutsideScopes', 'loopsInsideScope', 'loopsInsideCancelledScope'];
  it.each(inSoak(['loopsInsideCancelledScope'], EACH))(
    'is killed after answers of starts were lost, and another one takes over: each run has one execution, its own (%s)',
    (type) =>
      inScene(
        {
          jobs: [BURST_JOB],
          timings: TIMINGS,
          worker: withNeighbours,
        },
        async (scene) => {
          const { client, taskQueue } = scene;
          const first = await scene.startWorker();
          const neighbour = await client.workflow.start(type, {
            taskQueue,
            workflowId: `${taskQueue}-${type}`,
          });
          await until(() => isCutOff(neighbour));
          scene.simulator.addFaults(LOST_ANSWERS);
          const runs = await startBurst(scene);
          await until(() => scene.calls('executeJob', 'burst') > 3 || hasEnded(first));
          await neighbour.terminate();
          if (!hasEnded(first)) await expectOwnRuns(first, runs);
          if (!hasEnded(first)) await first.end('SIGKILL');
          await scene.startWorker();
          await expectOneEach(scene, runs);
          expect(scene.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
        },
      ),
  );
});

/** Node.js 20 may end a process whose continuation was cut off: "async hook stack has become corrupted". */
const hasEnded = ({ child }: WorkerProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

const hasBegun = async (handle: RunHandle): Promise<boolean> =>
  ((await handle.fetchHistory()).events ?? []).some(
    (event) => event.activityTaskScheduledEventAttributes,
  );

/** While the worker lives, each workflow knows of its own run, and of no other. */
async function expectOwnRuns(worker: WorkerProcess, handles: readonly RunHandle[]): Promise<void> {
  for (const handle of handles) {
    const { runId } = await handle.describe();
    let runs: readonly string[] = [];
    await until(async () => {
      runs = Object.keys(await handle.query<object>(PROGRESS_QUERY).catch(() => ({})));
      return runs.length > 0 || hasEnded(worker);
    });
    if (!hasEnded(worker)) expect(runs).toEqual([`${runId}-1.1`]);
  }
}

async function expectOneEach(scene: Scene, handles: readonly RunHandle[]): Promise<void> {
  const results = await Promise.all(handles.map((handle) => handle.result()));
  const { executionsBySubmission } = scene.simulator.report();
  for (const [index, { submission, runKey, execution, exactMatch }] of results.entries()) {
    const { runId } = await handles[index]!.describe();
    expect(submission).toBe(`${runId}-1.1`);
    expect(executionsBySubmission[runKey!]).toEqual([execution.jobExecutionId]);
    expect(exactMatch).toBe(true);
  }
}
