// Cost of many waits in one worker. Shared by the topics waits and many.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import {
  ACTIVITY,
  type Bench,
  type Form,
  inStand,
  type Settings,
  type Stand,
  until,
  type WorkerProcess,
} from './stand.js';

/** Cost of many waits while nothing else happens. */
export interface HeldFigures {
  /** Resident memory that each wait adds to the worker, KB. */
  readonly rssKb: number;
  /** JavaScript heap of each wait after a garbage collection, KB. */
  readonly heapKb: number;
  /** Of the worker, % of a core. */
  readonly workerCpu: number;
  /** Of the Temporal server, % of a core; NaN: it could not be read. */
  readonly serverCpu: number;
  /** Transactions that the database of the server commits in a second; NaN: it could not be read. */
  readonly commitsPerSecond: number;
  /** Such transactions from the start of a run until it waits. */
  readonly commitsPerStart: number;
  /** Calls to the service in a minute. */
  readonly callsPerMinute: number;
}

export interface Held {
  readonly figures: HeldFigures;
  readonly stand: Stand;
  readonly worker: WorkerProcess;
  readonly handles: readonly WorkflowHandle[];
}

const JOBS = 10;
/** Waits before the measurement, so that loaded code, heap size and a full cache do not count for the others. */
export const WARM_UP = 200;
/** Waits that are started or ended at once. More starts at a time would add to the cost of a wait. */
const AT_ONCE = 50;
const WATCHED_S = 60;
/** Time for the work that the last starts leave. */
const SETTLED_AFTER_S = 30;

/** A server on this machine cannot carry a thousand loops that poll every 10 s. */
export const AT_LEISURE: Settings = { pace: { pollMs: 60_000 } };
export const SMALL_CACHE: Settings = { worker: { maxCachedWorkflows: 100 } };
export const IN_CROWD = {
  ...{ jobs: JOBS, warmUp: WARM_UP, startedAtOnce: AT_ONCE },
  slots: `the SDK's default, 100 activities; ${ACTIVITY}: six for every five waits, because each takes one`,
};

/** Starts waits for endless executions of ten jobs in one worker, measures their cost, and calls `body`. */
export async function inCrowd<Value>(
  bench: Bench,
  form: Form,
  {
    waits,
    settings,
    watchedS = bench.size(WATCHED_S, 3),
  }: { readonly waits: number; readonly settings: Settings; readonly watchedS?: number },
  body: (held: Held) => Promise<Value>,
): Promise<Value> {
  bench.say(`${waits} waits, ${form}, ${JSON.stringify(settings)} …`);
  const warmUp = bench.size(WARM_UP, 10);
  const jobs = Array.from({ length: JOBS }, (_, nth) => ({
    jobId: `endless-${nth}`,
    type: 'SCRIPT' as const,
    maxConcurrentRuns: 2 * (waits + warmUp),
    executions: [{ never: true }],
  }));
  const slots = { maxConcurrentActivityTaskExecutions: waits * 1.2 + WARM_UP };
  const options = {
    simulator: { jobs },
    ...settings,
    worker: { ...(form === ACTIVITY && slots), ...settings.worker },
  };
  return await inStand(bench, form, options, async (stand) => {
    const worker = await stand.startWorker();
    const first = await startSome(stand, 0, warmUp);
    const before = { ...(await memoryOf(worker)), commits: await bench.server.commits() };
    await worker.snapshot(`${form}-0`);
    const handles = await startSome(stand, warmUp, warmUp + waits);
    const after = { ...(await memoryOf(worker)), commits: await bench.server.commits() };
    await worker.snapshot(`${form}-${waits}`);
    const perWait = (key: keyof typeof after): number => (after[key] - before[key]) / waits;
    const figures = {
      ...{ rssKb: perWait('rss') / 1_024, heapKb: perWait('heap') / 1_024 },
      commitsPerStart: perWait('commits'),
      ...(await watch(bench, stand, worker, watchedS)),
    };
    bench.say(JSON.stringify(figures));
    const value = await body({ figures, stand, worker, handles });
    await endAll([...first, ...handles]);
    return value;
  });
}

async function startSome(
  stand: Stand,
  from: number,
  to: number,
): Promise<readonly WorkflowHandle[]> {
  const handles: WorkflowHandle[] = [];
  for (let next = from; next < to; next += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - next) }, (_, nth) =>
      startOne(stand, next + nth),
    );
    handles.push(...(await Promise.all(some)));
    await until(stand.simulator, () => stand.simulator.report().created === handles.length + from);
  }
  return handles;
}

/** Starts a workflow that waits for an execution of one of the jobs. */
export const startOne = ({ start }: Stand, nth: number): Promise<WorkflowHandle> =>
  start([{ jobId: `endless-${nth % JOBS}`, run: `wait-${nth}` }]);

/** Resident memory is read before the garbage collection that `heap` makes. */
async function memoryOf(worker: WorkerProcess) {
  const { rss } = await worker.usage();
  return { rss, heap: await worker.heap() };
}

async function watch(
  { server, size }: Bench,
  { simulator }: Stand,
  worker: WorkerProcess,
  watchedS: number,
) {
  const read = async () => ({
    worker: (await worker.usage()).cpuS,
    server: await server.cpuS(),
    commits: await server.commits(),
    calls: simulator.log().length,
  });
  await sleep(size(SETTLED_AFTER_S, 1) * 1_000);
  const before = await read();
  await sleep(watchedS * 1_000);
  const after = await read();
  return {
    workerCpu: ((after.worker - before.worker) / watchedS) * 100,
    serverCpu: ((after.server - before.server) / watchedS) * 100,
    commitsPerSecond: (after.commits - before.commits) / watchedS,
    callsPerMinute: ((after.calls - before.calls) / watchedS) * 60,
  };
}

/** Ends the waits, so that they cost the server nothing while the next form is measured. */
async function endAll(handles: readonly WorkflowHandle[]): Promise<void> {
  for (let next = 0; next < handles.length; next += AT_ONCE) {
    const some = handles.slice(next, next + AT_ONCE);
    // some have ended by a cancel
    await Promise.allSettled(some.map((handle) => handle.terminate('what it costs is measured')));
  }
}
