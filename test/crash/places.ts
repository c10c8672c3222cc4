import { expect } from 'vitest';
import type { RunJobRequest } from '../../contract/run.js';
import type { Timings } from '../../contract/timings.js';
import type { Fault, JobScript } from '../../simulator/index.js';
import { until } from '../support/until.js';
import type { RunHandle, Scene } from './scene.js';

/** A POST and reconciling take long enough for a test to strike meanwhile. */
export const TIMINGS: Partial<Timings> = {
  permitTtlMs: 6_000,
  submitTimeoutMs: 8_000,
  maxListingDelayMs: 2_000,
  waitHeartbeatTimeoutMs: 5_000,
};
/** Longer than any time limit of the test. */
const FOR_LONG_MS = 60_000;
/**
 * Longer than the permit, the time limit of the POST and everything else together: a POST that arrives then must be
 * refused.
 */
const TOO_LATE_MS = 18_000;

/** How a cancelled run ends, or the result of a run. */
export type Expected =
  | {
      readonly submissionOutcome: readonly ('submitted' | 'adopted')[];
      readonly leastPosts: number;
    }
  | 'canceled';

/** A moment in the life of a run at which its worker is struck. */
export interface Place {
  readonly job: JobScript;
  readonly request?: Partial<RunJobRequest>;
  readonly faults?: readonly Fault[];
  /** Brings the run to this moment. Those that last come first. */
  readonly reach: (scene: Scene, handle: RunHandle) => Promise<void>;
  readonly expected: Expected;
}

const run = (jobId: string, runningMs: number): JobScript => ({
  jobId,
  executions: [{ waitingMs: 100, runningMs }],
  requested: 1,
});
const endless = (jobId: string): JobScript => ({
  jobId,
  executions: [{ waitingMs: 100, never: true }],
  requested: 1,
});
const posted = (jobId: string) => (scene: Scene) =>
  until(() => scene.calls('executeJob', jobId) === 1);

/** Cancels a run that waits for its execution. */
async function cancelWaiting(scene: Scene, handle: RunHandle, jobId: string): Promise<void> {
  await until(() => scene.calls('getJobExecutionById', jobId) > 0);
  scene.simulator.addFaults(...(CANCEL_FAULTS[jobId] ?? []));
  await handle.cancel();
}

/** Faults that begin with the cancel. */
const CANCEL_FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  stopping: [
    { on: 'getJobExecutionById', jobId: 'stopping', times: 2, then: { delayMs: FOR_LONG_MS } },
  ],
};

export const PLACES: readonly Place[] = [
  {
    job: run('preparing', 300),
    faults: [{ on: 'getJobById', jobId: 'preparing', calls: [1], then: { delayMs: FOR_LONG_MS } }],
    reach: (scene) => until(() => scene.calls('getJobById', 'preparing') === 1),
    expected: { submissionOutcome: ['submitted'], leastPosts: 1 },
  },
  {
    job: run('waiting', 20_000),
    reach: (scene) => until(() => scene.calls('getJobExecutionById', 'waiting') > 1),
    expected: { submissionOutcome: ['submitted'], leastPosts: 1 },
  },
  {
    job: endless('stopping'),
    reach: async (scene, handle) => {
      await cancelWaiting(scene, handle, 'stopping');
      await until(async () =>
        (await scene.runningActivities(handle)).includes('dataflowStopExecution'),
      );
    },
    expected: 'canceled',
  },
  {
    job: endless('stopped'),
    faults: [
      {
        on: 'cancelJobExecution',
        jobId: 'stopped',
        times: 1,
        then: { delayMs: FOR_LONG_MS, at: 'answer' },
      },
    ],
    reach: async (scene, handle) => {
      await cancelWaiting(scene, handle, 'stopped');
      await until(() => scene.calls('cancelJobExecution', 'stopped') === 1);
    },
    expected: 'canceled',
  },
  {
    job: run('lookingfor', 1_000),
    faults: [{ on: 'executeJob', jobId: 'lookingfor', calls: [1], then: { drop: 'after' } }],
    reach: looking('lookingfor'),
    expected: { submissionOutcome: ['adopted'], leastPosts: 1 },
  },
  {
    job: run('lookinginvain', 1_000),
    faults: [{ on: 'executeJob', jobId: 'lookinginvain', calls: [1], then: { drop: 'before' } }],
    reach: looking('lookinginvain'),
    expected: { submissionOutcome: ['submitted'], leastPosts: 2 },
  },
  {
    job: run('inflight', 1_000),
    faults: [
      {
        on: 'executeJob',
        jobId: 'inflight',
        calls: [1],
        then: { delayMs: FOR_LONG_MS, at: 'answer' },
      },
    ],
    reach: posted('inflight'),
    expected: { submissionOutcome: ['adopted'], leastPosts: 1 },
  },
  {
    job: run('arrivinglate', 1_000),
    faults: [{ on: 'executeJob', jobId: 'arrivinglate', calls: [1], then: { delayMs: 3_000 } }],
    reach: posted('arrivinglate'),
    expected: { submissionOutcome: ['adopted', 'submitted'], leastPosts: 1 },
  },
  {
    job: run('arrivingtoolate', 1_000),
    faults: [
      { on: 'executeJob', jobId: 'arrivingtoolate', calls: [1], then: { delayMs: TOO_LATE_MS } },
    ],
    reach: posted('arrivingtoolate'),
    expected: { submissionOutcome: ['submitted'], leastPosts: 2 },
  },
];

function looking(jobId: string): Place['reach'] {
  return async (scene, handle) => {
    await until(() => scene.calls('executeJob', jobId) > 0);
    await until(
      async () =>
        scene.calls('executeJob', jobId) > 1 ||
        (await scene.runningActivities(handle)).includes('dataflowReconcileSubmission'),
    );
    expect(scene.calls('executeJob', jobId), jobId).toBe(1); // it reconciles before it posts again
  };
}

/** The POST of the place `arrivingtoolate` has reached the gateway, and was refused for its age. */
export async function expectLatePostRefused(scene: Scene): Promise<void> {
  const first = () =>
    scene.simulator
      .log()
      .find(({ operation, jobId }) => operation === 'executeJob' && jobId === 'arrivingtoolate');
  await until(() => first()?.status !== undefined);
  expect(first()?.status).toBe(401);
}

/** The service has answered the POST, and the worker is struck before it can report that. */
export const ANSWERED: JobScript = run('answered', 1_000);

/** Strikes as soon as the service has answered the POST of {@link ANSWERED}. */
export function whenAnswered(scene: Scene, strike: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = scene.simulator.onChange(() => {
      const answered = scene.simulator
        .log()
        .some(
          ({ operation, jobId, status }) =>
            operation === 'executeJob' && jobId === ANSWERED.jobId && status === 200,
        );
      if (!answered) return;
      stop();
      strike();
      resolve();
    });
  });
}

/** The job has one execution, and the run reports it as the service shows it. */
export async function expectTruth(
  scene: Scene,
  { jobId }: JobScript,
  handle: RunHandle,
  expected: Expected,
): Promise<void> {
  if (expected === 'canceled') {
    await expect(handle.result(), jobId).rejects.toThrow();
    const [only, ...more] = scene.simulator.executions(jobId);
    expect(more, jobId).toEqual([]);
    expect(only, jobId).toMatchObject({ status: 'CANCELED', canceledByApi: true });
    expect(await scene.progress(handle), jobId).toMatchObject({
      outcome: 'canceled',
      status: 'CANCELED',
      executionId: only?.executionId,
      endedBy: 'workflow',
    });
    return;
  }
  const result = await handle.result();
  const [only, ...more] = scene.simulator.executions(jobId);
  expect(more, jobId).toEqual([]);
  expect(result.execution, jobId).toMatchObject({
    jobExecutionId: only?.executionId,
    status: 'COMPLETED',
  });
  expect(expected.submissionOutcome, jobId).toContain(result.submissionOutcome);
  expect(result.posts, jobId).toBeGreaterThanOrEqual(expected.leastPosts);
  expect(result.duplicates, jobId).toEqual([]);
}
