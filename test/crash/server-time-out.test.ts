import { describe, expect, it } from 'vitest';
import { leftRunning } from '../../worker/left-running.js';
import { PROGRESS_QUERY } from '../../contract/names.js';
import type { RunProgress } from '../../contract/run.js';
import type { Fault } from '../../simulator/index.js';
import { type HoldingProxy, startHoldingProxy } from '../support/holding-proxy.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

const KEY = 'run';
const LIMIT_MS = 12_000;
/** Longer than any time limit of the test. */
const FOR_LONG_MS = 60_000;
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const LATE_POST = /^POST \S+\/arrivinglate\/executions /;
const NOTHING = /^\b$/;

/** State of a run when the server closes its workflow. */
interface Moment {
  readonly fault?: Omit<Fault, 'jobId'>;
  readonly phase: RunProgress['phase'];
  /** Executions of the run when its workflow has closed. */
  readonly executions: 0 | 1;
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  preparing: {
    // of the local activity, and of the regular one
    fault: { on: 'getJobById', calls: [1, 2], then: { delayMs: FOR_LONG_MS } },
    ...{ phase: 'preparing', executions: 0 },
  },
  inflight: {
    fault: { on: 'executeJob', calls: [1], then: { delayMs: FOR_LONG_MS, at: 'answer' } },
    ...{ phase: 'submitting', executions: 1 },
  },
  /** The proxy keeps its POST; what the service gets first is the POST of the other run, and that one is lost. */
  arrivinglate: {
    fault: { on: 'executeJob', calls: [1], then: { drop: 'before' } },
    ...{ phase: 'submitting', executions: 0 },
  },
  waiting: { phase: 'waiting', executions: 1 },
};
const JOBS = Object.keys(MOMENTS);

const OPTIONS: SceneOptions = {
  jobs: JOBS.map((jobId) => ({
    ...{ jobId, maxConcurrentRuns: 9, submissionParameter: KEY },
    executions: jobId === 'preparing' ? [QUICK_RUN] : [{ waitingMs: 100, never: true }, QUICK_RUN],
  })),
  faults: Object.entries(MOMENTS).flatMap(([jobId, { fault }]) =>
    fault === undefined ? [] : [{ ...fault, jobId }],
  ),
  switches: { maxSignatureAgeMs: null },
  // a POST lasts longer than its workflow
  timings: { permitTtlMs: 4_000, submitTimeoutMs: LIMIT_MS + 2_000, maxListingDelayMs: 4_000 },
};

type Runs = ReadonlyMap<string, RunHandle>;

async function startAll(scene: Scene, limits = {}): Promise<Runs> {
  const start = async (jobId: string): Promise<readonly [string, RunHandle]> => [
    jobId,
    await scene.start({ jobId, runKeyParameter: KEY }, limits),
  ];
  return new Map(await Promise.all(JOBS.map(start)));
}

/** The progress query names the phase and all that may run. */
async function expectNamed(scene: Scene, jobId: string, handle: RunHandle): Promise<void> {
  const { phase, executions } = MOMENTS[jobId]!;
  expect((await handle.describe()).status.name, jobId).toBe('TIMED_OUT');
  const all = await handle.query<Record<string, RunProgress>>(PROGRESS_QUERY);
  const [progress] = Object.values(all) as [RunProgress];
  expect(progress.phase, jobId).toBe(phase);
  const ids = scene.simulator.report().executionsBySubmission[progress.runKey!] ?? [];
  expect(ids, jobId).toHaveLength(executions);
  const named = {
    preparing: [],
    submitting: [{ jobId, candidates: [] }],
    waiting: [{ jobId, executionId: ids[0] }],
  };
  expect(leftRunning(all), jobId).toMatchObject(named[phase as keyof typeof named]);
}

/** Releases the held POST while the other run of its job reconciles its own. */
async function arriveWhileLooking(
  scene: Scene,
  proxy: HoldingProxy,
  handle: RunHandle,
): Promise<void> {
  const posts = () => scene.calls('executeJob', 'arrivinglate');
  await until(async () => posts() > 1 || (await scene.progress(handle)).phase === 'reconciling');
  expect(posts()).toBeLessThanOrEqual(1); // it reconciles before it posts again
  expect(await proxy.letGo()).toEqual([200]);
}

/** Each run that posted has one execution, and reports that one. */
async function expectOwn(
  scene: Scene,
  jobId: string,
  first: string,
  handle: RunHandle,
): Promise<void> {
  const { simulator } = scene;
  let taken: RunProgress | undefined;
  await until(async () => {
    taken = await scene.progress(handle);
    return taken.executionId !== undefined;
  });
  // Before its end: that of another run may never come.
  const own = simulator.report().executionsBySubmission[taken!.runKey!];
  expect(own, jobId).toEqual([taken!.executionId]);
  const { runKey, execution, exactMatch, duplicates, posts } = await handle.result();
  expect({ exactMatch, duplicates, posts }, jobId).toEqual({
    ...{ exactMatch: true, duplicates: [], posts: jobId === 'arrivinglate' ? 2 : 1 },
  });
  const { executionsBySubmission } = simulator.report();
  const firsts = executionsBySubmission[first] ?? [];
  expect(firsts, jobId).toHaveLength(jobId === 'preparing' ? 0 : 1);
  expect(executionsBySubmission[runKey!], jobId).toEqual([execution.jobExecutionId]);
  expect(simulator.executions(jobId), jobId).toHaveLength(firsts.length + 1);
}

describe('a workflow that the Temporal server ends by its execution timeout', () => {
  it('while its run prepares, posts and waits: nothing is started again or stopped, what may run is named, and the next run of the job takes none of it', ({
    onTestFinished,
  }) =>
    inScene(OPTIONS, async (scene) => {
      const proxy = await startHoldingProxy(scene.simulator.url);
      onTestFinished(() => proxy.close());
      proxy.hold(LATE_POST);
      const worker = await scene.startWorker({ DATAFLOW_URL: proxy.url });
      const firsts = await startAll(scene, { workflowExecutionTimeout: LIMIT_MS });
      await Promise.all([...firsts.values()].map((it) => expect(it.result()).rejects.toThrow()));
      expect(proxy.held()).toHaveLength(1);
      proxy.hold(NOTHING);
      for (const [jobId, handle] of firsts) await expectNamed(scene, jobId, handle);

      const seconds = await startAll(scene);
      await arriveWhileLooking(scene, proxy, seconds.get('arrivinglate')!);
      for (const [jobId, handle] of seconds) {
        const { runKey } = await scene.progress(firsts.get(jobId)!);
        await expectOwn(scene, jobId, runKey!, handle);
      }
      expect(await worker.end('SIGTERM')).toBe(0);
      expect(scene.simulator.report()).toMatchObject({
        ...{ created: 7, duplicates: 0, cancels: 0, leftRunning: 3, posts: 8 },
      });
    }));
});
