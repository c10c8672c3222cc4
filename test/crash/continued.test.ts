import { defaultPayloadConverter } from '@temporalio/common';
import { requiredTsToMs } from '@temporalio/common/lib/time.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { RESOLVE_UPDATE } from '../../contract/names.js';
import type { RunJobRequest, RunJobResult, RunState } from '../../contract/run.js';
import type { FaultEffect, JobScript } from '../../simulator/index.js';
import { bundleFile } from '../support/bundle.js';
import type { continuing } from '../support/continuing-workflow.js';
import { failureOf } from '../support/failure-of.js';
import { eventsOf, scheduled, timeOf } from '../support/history.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

/** Reconciling and a POST take long enough for a test to act meanwhile. */
const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 5_000, maxListingDelayMs: 8_000 };
/** A job is started only if at least a minute is left. */
const RUN_TIMEOUT_MS = 66_000;
const ROUNDING_MS = 3;
/** Stays READY: once it runs, its remote timeout of one minute would end it before the run's limit. */
const QUEUED = { waitingMs: 3_600_000 };
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };

let codePath: string;
beforeAll(async () => {
  codePath = await bundleFile(new URL('../support/continuing-workflow.ts', import.meta.url));
});
const OPTIONS: SceneOptions = {
  timings: TIMINGS,
  worker: () => ({ workflowBundle: { codePath } }),
};

type Started = (request: RunJobRequest) => ReturnType<typeof continuing>;

async function start(scene: Scene, request: RunJobRequest): Promise<RunHandle> {
  const { client, taskQueue } = scene;
  const workflowId = `${taskQueue}-${request.jobId}`;
  const options = { args: [request] as [RunJobRequest], taskQueue, workflowId };
  await client.workflow.start<Started>('continuing', options);
  return client.workflow.getHandle<Started>(workflowId);
}

const runIdOf = async (handle: RunHandle): Promise<string> => (await handle.describe()).runId;

/** Asks the workflow to continue as new, does `meanwhile`, and waits until its new run has begun. */
async function resumeFrom(handle: RunHandle, meanwhile?: () => Promise<unknown>): Promise<void> {
  const before = await runIdOf(handle);
  await handle.signal('resumeFrom');
  await meanwhile?.();
  await until(async () => {
    const { runId, status } = await handle.describe();
    if (runId === before && status.name !== 'RUNNING') throw new Error('it has ended already');
    return runId !== before;
  });
}

const inPhase = (scene: Scene, handle: RunHandle, phase: string): Promise<void> =>
  until(async () => (await scene.progress(handle)).phase === phase);

/** State of a run of a job when its workflow continues as new. */
interface Moment {
  readonly job?: Partial<JobScript>;
  readonly request?: Partial<RunJobRequest>;
  readonly firstPost?: FaultEffect;
  readonly reach: (scene: Scene, handle: RunHandle, jobId: string) => Promise<void>;
  /** What happens after it. */
  readonly afterwards?: (scene: Scene, handle: RunHandle, jobId: string) => Promise<unknown>;
  /** Its end; undefined: cancelled. */
  readonly ends: Partial<RunJobResult> | undefined;
}

/** Longer than it takes to bring the other runs to their moments. */
const LONG_RUN = { waitingMs: 100, runningMs: 25_000 };
const posted: Moment['reach'] = (scene, _handle, jobId) =>
  until(() => scene.calls('executeJob', jobId) === 1);
const waiting: Moment['reach'] = (scene, _handle, jobId) =>
  until(() => scene.calls('getJobExecutionById', jobId) > 0);
const looking: Moment['reach'] = (scene, handle) => inPhase(scene, handle, 'reconciling');

/** Those that stay in their moment come first. */
const MOMENTS: Readonly<Record<string, Moment>> = {
  holding: {
    job: { maxConcurrentRuns: 9 },
    request: { onAmbiguous: 'hold' },
    firstPost: { drop: 'after' },
    reach: async (scene, handle, jobId) => {
      await posted(scene, handle, jobId);
      scene.simulator.startForeignExecution(jobId);
      await inPhase(scene, handle, 'awaiting-resolution');
    },
    afterwards: async (scene, handle, jobId) => {
      await inPhase(scene, handle, 'awaiting-resolution');
      const { submission } = await scene.progress(handle);
      const [ours] = scene.simulator.executions(jobId);
      const word = { submission, executionId: ours?.executionId };
      await handle.executeUpdate(RESOLVE_UPDATE, { args: [word] });
    },
    ends: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  secondattempt: {
    job: { executions: [{ ...QUICK_RUN, outcome: 'FAILED' }, LONG_RUN], requested: 2 },
    request: { retry: { maximumAttempts: 2, initialInterval: 100 } },
    reach: (scene, handle) =>
      until(async () => {
        const { attempt, phase } = await scene.progress(handle);
        return attempt === 2 && phase === 'waiting';
      }),
    ends: { submissionOutcome: 'submitted', posts: 1, attempts: 2 },
  },
  canceledlater: {
    job: { executions: [{ never: true }] },
    reach: waiting,
    afterwards: (_scene, handle) => handle.cancel(),
    ends: undefined,
  },
  waiting: {
    job: { executions: [LONG_RUN] },
    reach: waiting,
    ends: { submissionOutcome: 'submitted', exactMatch: true, posts: 1 },
  },
  lookingfor: {
    firstPost: { drop: 'after' },
    reach: looking,
    ends: { submissionOutcome: 'adopted', posts: 1 },
  },
  lookinginvain: {
    firstPost: { drop: 'before' },
    reach: looking,
    ends: { submissionOutcome: 'submitted', posts: 2 },
  },
  posting: {
    firstPost: { delayMs: 60_000, at: 'answer' },
    reach: posted,
    ends: { submissionOutcome: 'adopted', posts: 1 },
  },
};

const ALL: SceneOptions = {
  ...OPTIONS,
  jobs: Object.entries(MOMENTS).map(([jobId, { job }]) => ({
    jobId,
    executions: [QUICK_RUN],
    requested: 1,
    ...job,
  })),
  faults: Object.entries(MOMENTS).flatMap(([jobId, { firstPost: then }]) =>
    then === undefined ? [] : [{ on: 'executeJob', jobId, calls: [1], then } as const],
  ),
  switches: { listLagMs: 2_000 },
};

type Runs = readonly (readonly [jobId: string, moment: Moment, handle: RunHandle])[];

async function reachAll(scene: Scene): Promise<Runs> {
  const runs: (readonly [string, Moment, RunHandle])[] = [];
  for (const [jobId, moment] of Object.entries(MOMENTS)) {
    const handle = await start(scene, { jobId, ...moment.request });
    runs.push([jobId, moment, handle]);
    await moment.reach(scene, handle, jobId);
  }
  return runs;
}

async function expectOne(
  scene: Scene,
  [jobId, { ends, afterwards }, handle]: Runs[number],
): Promise<void> {
  await afterwards?.(scene, handle, jobId);
  if (ends === undefined) {
    await expect(handle.result(), jobId).rejects.toThrow();
    const all = scene.simulator.executions(jobId);
    expect(all, jobId).toMatchObject([{ status: 'CANCELED', canceledByApi: true }]);
    return;
  }
  const { execution, previousAttempts, ...rest } = await handle.result();
  expect(rest, jobId).toMatchObject(ends);
  const made = scene.simulator.executions(jobId).filter(({ origin }) => origin === 'post');
  expect(
    made.map(({ executionId }) => executionId),
    jobId,
  ).toEqual([...previousAttempts.map(({ executionId }) => executionId), execution.jobExecutionId]);
}

async function expectOneEach(scene: Scene, runs: Runs): Promise<void> {
  await Promise.all(runs.map((run) => expectOne(scene, run)));
  expect(scene.simulator.report()).toMatchObject({ duplicates: 0 });
}

describe('a run whose workflow continues as new with its state', () => {
  it('goes on where it stood, again and again: the same execution, no further POST, and POSTs counted over all', () =>
    inScene(ALL, async (scene) => {
      await scene.startWorker();
      const runs = await reachAll(scene);
      for (let times = 1; times <= 2; times += 1) {
        await Promise.all(runs.map(([, , handle]) => resumeFrom(handle)));
      }
      await expectOneEach(scene, runs);
    }));

  it('goes on where it stood when the worker is killed before it could', () =>
    inScene(ALL, async (scene) => {
      const first = await scene.startWorker();
      const runs = await reachAll(scene);
      await first.end('SIGKILL');
      let second: Promise<WorkerProcess> | undefined;
      await Promise.all(
        runs.map(([, , handle]) => resumeFrom(handle, () => (second ??= scene.startWorker()))),
      );
      await expectOneEach(scene, runs);
    }));

  it('has of runTimeout what was left, and no more', () =>
    inScene({ ...OPTIONS, jobs: [{ jobId: 'jobA', executions: [QUEUED] }] }, async (scene) => {
      const first = await scene.startWorker();
      const handle = await start(scene, { jobId: 'jobA', runTimeout: RUN_TIMEOUT_MS });
      const runId = await runIdOf(handle);
      await waiting(scene, handle, 'jobA');
      await first.end('SIGKILL');
      await resumeFrom(handle, () => scene.startWorker());
      const { timeLeftMs = 0, started } = await stateGiven(handle);
      const spentMs = await spentBy(scene.client.workflow.getHandle(handle.workflowId, runId));
      expect(Math.abs(timeLeftMs + spentMs - RUN_TIMEOUT_MS)).toBeLessThanOrEqual(ROUNDING_MS);
      expect(started?.limitMs).toBe(timeLeftMs);
      const { type, details } = await failureOf(handle.result());
      const [only, ...more] = scene.simulator.executions('jobA');
      expect(more).toEqual([]);
      expect(only).toMatchObject({ status: 'CANCELED', canceledByApi: true });
      expect(type).toBe('DataFlowDeadlineExceeded');
      expect(details.executionId).toBe(only?.executionId);
      const [wait] = scheduled(await eventsOf(handle), 'dataflowAwaitExecution');
      const given = wait?.activityTaskScheduledEventAttributes?.scheduleToCloseTimeout;
      expect(Math.abs(requiredTsToMs(given, 'timeout') - timeLeftMs)).toBeLessThanOrEqual(
        ROUNDING_MS,
      );
    }));
});

/** The state that the latest run of the workflow was started with. */
async function stateGiven(handle: RunHandle): Promise<RunState> {
  const [started] = await eventsOf(handle);
  const [payload] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const request = defaultPayloadConverter.fromPayload<RunJobRequest>(payload!);
  return request.state!;
}

/** Time between the first and the last workflow task of a run, by the clock of its workflow. */
async function spentBy(handle: Pick<RunHandle, 'fetchHistory'>): Promise<number> {
  const tasks = (await eventsOf(handle)).filter(
    (event) => event.workflowTaskStartedEventAttributes,
  );
  return timeOf(tasks.at(-1)!) - timeOf(tasks[0]!);
}
