import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'vitest';
import { DEFAULT_TIMINGS, type Timings } from '../../contract/timings.js';
import { describeEffect } from '../../simulator/fault-plan.js';
import type { Fault, JobScript } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { mostWithin } from '../support/most-within.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene, type SceneOptions } from './scene.js';

/** How many runs wait, for how long, and what happens meanwhile. */
export interface Load {
  readonly executions: number;
  readonly jobs: number;
  /** The ends are spread evenly over so long. */
  readonly endsOverMs: number;
  /** Heartbeat time-out of the waits. */
  readonly waitHeartbeatTimeoutMs: number;
  /** Workers that are replaced, evenly over the ends. */
  readonly kills: number;
  readonly signal: 'SIGKILL' | 'SIGTERM';
  readonly faults: readonly Fault[];
  /**
   * The first ends only so long after its start, ms: when all have been started.
   * @default 150 for each, 45 s at least
   */
  readonly headStartMs?: number;
  /**
   * The starts take about so long: what is started later runs that much shorter, so that the ends do not wait for it,
   * ms.
   * @default 0
   */
  readonly startsOverMs?: number;
  /** So many begin at once; the next ones when these have started. @default all of them */
  readonly atOnce?: number;
  /** @default 2 */
  readonly workers?: number;
  /** The budget of each worker. @default 50 */
  readonly callsPerSecond?: number;
  /** Further settings of each worker. */
  readonly env?: Readonly<Record<string, string>>;
  /** What differs from quick looks. */
  readonly timings?: Partial<Timings>;
  /** @default the server of this test run */
  readonly temporal?: NonNullable<SceneOptions['temporal']>;
}

/** A scene in which all runs wait. */
export interface Waiting {
  readonly scene: Scene;
  readonly workers: readonly WorkerProcess[];
  /** Replaces one worker after the other. */
  replaceAll(): Promise<void>;
  /** Every run has told its end. */
  readonly settled: () => Promise<void>;
  /** Starts one more run, which lasts some seconds; resolves once the service has its execution. */
  readonly startMore: () => Promise<void>;
}

const KEY = 'run';
/** One in so many executions fails. */
const EVERY_FAILED = 7;

/**
 * `share` of the requests is lost, as many are answered 503; from each call in `bursts` on, `burst` calls are answered
 * 429.
 */
export const lossy = (share: number, bursts: readonly number[], burst: number): Fault[] => [
  { on: '*', probability: share, then: { drop: 'before' } },
  { on: '*', probability: share, then: { status: 503 } },
  {
    on: '*',
    calls: bursts.flatMap((from) => Array.from({ length: burst }, (_, nth) => from + nth)),
    then: { status: 429 },
  },
];

/** The job of runs that start beside those that wait. */
const STREAM: JobScript = {
  jobId: 'stream',
  maxConcurrentRuns: 10_000,
  submissionParameter: KEY,
  executions: [{ waitingMs: 100, runningMs: 5_000 }],
};

function jobsOf(load: Load): JobScript[] {
  const { executions, jobs, endsOverMs } = load;
  const { headStartMs = Math.max(45_000, executions * 150), startsOverMs = 0 } = load;
  const each = executions / jobs;
  const waited = Array.from({ length: jobs }, (_, job) => ({
    jobId: `job${job}`,
    maxConcurrentRuns: executions,
    submissionParameter: KEY,
    executions: Array.from({ length: each }, (_, nth) => {
      const place = nth * jobs + job;
      return {
        waitingMs: 100,
        runningMs: headStartMs + Math.round(((endsOverMs - startsOverMs) * place) / executions),
        outcome: place % EVERY_FAILED === 0 ? ('FAILED' as const) : ('COMPLETED' as const),
      };
    }),
  }));
  return [...waited, STREAM];
}

/** Starts all runs on two workers, then runs the events of the load. */
export async function underLoad(
  load: Load,
  body: (waiting: Waiting) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { waitHeartbeatTimeoutMs, workers: processes = 2, callsPerSecond = 50 } = load;
  const { permitTtlMs } = DEFAULT_TIMINGS; // QUICK permits (2 s) run out where so many start on a busy machine
  const polls = { minPollMs: 500, maxPollMs: 4_000 };
  const timings = { permitTtlMs, waitHeartbeatTimeoutMs, ...polls, ...load.timings };
  const { temporal } = load;
  const options = { jobs: jobsOf(load), timings, ...(temporal && { temporal }) };
  await inScene(options, async (scene) => {
    const env = {
      DATAFLOW_CALLS_PER_SECOND: String(callsPerSecond),
      DATAFLOW_STATUS_CALLS_PER_MINUTE: String(60 * callsPerSecond),
      ...load.env,
    };
    const start = (): Promise<WorkerProcess> => scene.startWorker(env);
    const workers = await Promise.all(Array.from({ length: processes }, start));
    const handles = [...(await startAll(load, scene))];
    scene.simulator.addFaults(...load.faults);
    for (let kill = 0; kill < load.kills; kill += 1) {
      await untilEnded(scene, (load.executions * (kill + 1)) / (load.kills + 1));
      await workers[kill % processes]!.end(load.signal);
      workers[kill % processes] = await start();
    }
    await body({
      scene,
      workers,
      settled: async () => {
        await Promise.all(handles.map(endOf));
      },
      startMore: async () => {
        const handle = await scene.start({ jobId: STREAM.jobId, runKeyParameter: KEY });
        handles.push(handle);
        await until(async () => (await executionOf(scene, handle)) !== undefined);
      },
      replaceAll: async () => {
        for (const [nth, worker] of workers.entries()) {
          await worker.end(load.signal);
          workers[nth] = await start();
        }
      },
    });
    await expectTruth(scene, handles);
    expectAllStruck(scene, load.faults);
    expectWithinBudget(scene, callsPerSecond * processes);
  });
}

/** Returns once the service has an execution of each run. */
async function startAll(
  { executions, jobs, atOnce = executions }: Load,
  scene: Scene,
): Promise<readonly RunHandle[]> {
  const handles: RunHandle[] = [];
  while (handles.length < executions) {
    const from = handles.length;
    const wave = Array.from({ length: Math.min(atOnce, executions - from) }, (_, nth) =>
      scene.start({ jobId: `job${(from + nth) % jobs}`, runKeyParameter: KEY }),
    );
    handles.push(...(await Promise.all(wave)));
    await until(() => scene.simulator.report().created === handles.length);
  }
  return handles;
}

/** Waits until `count` executions have ended in the service, those of `startMore` apart. */
export const untilEnded = ({ simulator }: Scene, count: number): Promise<void> =>
  until(() => {
    const now = Date.now();
    const ended = simulator
      .executions()
      .filter(({ endAt, jobId }) => endAt <= now && jobId !== STREAM.jobId);
    return ended.length >= count;
  });

/** Undefined until the run knows it. A query fails while its server is away. */
async function executionOf(scene: Scene, handle: RunHandle): Promise<string | undefined> {
  try {
    return (await scene.progress(handle)).executionId;
  } catch {
    return undefined;
  }
}

/** Each run ends with what the service shows; none was started twice, lost or stopped. */
async function expectTruth(scene: Scene, handles: readonly RunHandle[]): Promise<void> {
  const told = await Promise.all(handles.map(endOf));
  const shown = scene.simulator
    .executions()
    .map(({ executionId, status }) => `${executionId} ${status}`);
  expect(told.toSorted()).toEqual(shown.toSorted());
  const { created, duplicates, leftRunning, cancels } = scene.simulator.report();
  expect({ created, duplicates, leftRunning, cancels }).toEqual({
    ...{ created: handles.length, duplicates: 0, leftRunning: 0, cancels: 0 },
  });
}

/** Each fault has struck at least once. */
function expectAllStruck({ simulator }: Scene, faults: readonly Fault[]): void {
  const struck = new Set(simulator.log().map(({ fault }) => fault));
  for (const { then } of faults) expect(struck).toContain(describeEffect(then));
}

/**
 * Checks each minute. Calls of several seconds arrive together if this process stalls: 6 s more are allowed for that.
 */
function expectWithinBudget({ simulator }: Scene, callsPerSecond: number): void {
  const moments = simulator.log().map(({ atMs }) => atMs);
  expect(mostWithin(60_000, moments)).toBeLessThanOrEqual(66 * callsPerSecond);
}

/** What a run reported: its execution and how that ended. */
async function endOf(handle: RunHandle): Promise<string> {
  try {
    const { execution } = await handle.result();
    return `${execution.jobExecutionId} ${execution.status}`;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { type, details } = await failureOf(Promise.reject(error));
    return `${details.executionId ?? ''} ${type === 'DataFlowExecutionFailed' ? 'FAILED' : type}`;
  }
}
