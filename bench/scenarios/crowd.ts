import { setTimeout as sleep } from 'node:timers/promises';
import { serverCpuS } from '../server-cpu.js';
import type { Form } from '../forms/forms.js';
import { type Bench, type ChainHandle, inStand, type Stand } from '../stand.js';
import type { WorkerProcess } from '../worker-process.js';
import { until } from './calls.js';
import type { Settings } from './settings.js';

/** What it costs that many wait, at rest. */
export interface HeldFigures {
  /** Resident memory that each wait adds to the worker, KB. */
  readonly rssKb: number;
  /** What of it is JavaScript that a collection leaves, KB. */
  readonly heapKb: number;
  /** Of the worker, % of a core. */
  readonly workerCpu: number;
  /** Of the Temporal server, % of a core; NaN when it could not be read. */
  readonly serverCpu: number;
  /** Calls to the service in a minute. */
  readonly callsPerMinute: number;
}

/** How many wait, and how the form is set. */
export interface Crowd {
  readonly waits: number;
  readonly settings: Settings;
}

/** One worker in which all wait. */
export interface Held {
  readonly figures: HeldFigures;
  readonly stand: Stand;
  readonly worker: WorkerProcess;
  readonly handles: readonly ChainHandle[];
}

export const JOBS = 10;
/** Code that is loaded once, a heap that has found its size and a cache that is full are no part of the price of each. */
const WARM_UP = 200;
/** So many are started, or ended, at once: a crowd of starts is no part of what a wait costs. */
const AT_ONCE = 50;
const WATCHED_S = 60;
/** What the last starts leave to do is no part of what a wait costs either. */
const SETTLED_AFTER_S = 30;

/** Starts endless executions of ten jobs in one worker with a slot for each, looks what they cost, and goes on with `body`. */
export async function inCrowd<Value>(
  bench: Bench,
  form: Form,
  { waits, settings }: Crowd,
  body: (held: Held) => Promise<Value>,
): Promise<Value> {
  const jobs = Array.from({ length: JOBS }, (_, nth) => ({
    jobId: `endless-${nth}`,
    type: 'SCRIPT' as const,
    maxConcurrentRuns: waits + WARM_UP,
    executions: [{ never: true }],
  }));
  const options = { simulator: { jobs }, maxActivities: waits * 1.2 + WARM_UP, ...settings };
  return await inStand(bench, form, options, async (stand) => {
    const worker = await stand.startWorker();
    const warmUp = await startSome(stand, 0, WARM_UP);
    const before = await memoryOf(worker);
    await worker.snapshot(`${form}-0`);
    const handles = await startSome(stand, WARM_UP, WARM_UP + waits);
    const after = await memoryOf(worker);
    await worker.snapshot(`${form}-${waits}`);
    const perWait = (key: keyof typeof after): number => (after[key] - before[key]) / waits / 1_024;
    const figures = {
      rssKb: perWait('rss'),
      heapKb: perWait('heap'),
      ...(await watch(bench, stand, worker)),
    };
    const value = await body({ figures, stand, worker, handles });
    await endAll([...warmUp, ...handles]);
    return value;
  });
}

async function startSome(stand: Stand, from: number, to: number): Promise<readonly ChainHandle[]> {
  const handles: ChainHandle[] = [];
  for (let next = from; next < to; next += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - next) }, (_, nth) =>
      stand.start([{ jobId: `endless-${(next + nth) % JOBS}`, run: `wait-${next + nth}` }]),
    );
    handles.push(...(await Promise.all(some)));
    await until(stand.simulator, () => stand.simulator.report().created === handles.length + from);
  }
  return handles;
}

/** Resident memory first: that of a process that nobody made collect. */
async function memoryOf(worker: WorkerProcess) {
  const { rss } = await worker.usage();
  return { rss, heap: await worker.heap() };
}

async function watch({ temporalAddress }: Bench, { simulator }: Stand, worker: WorkerProcess) {
  const read = async () => ({
    worker: (await worker.usage()).cpuS,
    server: await serverCpuS(temporalAddress),
    calls: simulator.log().length,
  });
  await sleep(SETTLED_AFTER_S * 1_000);
  const before = await read();
  await sleep(WATCHED_S * 1_000);
  const after = await read();
  return {
    workerCpu: ((after.worker - before.worker) / WATCHED_S) * 100,
    serverCpu: ((after.server - before.server) / WATCHED_S) * 100,
    callsPerMinute: ((after.calls - before.calls) / WATCHED_S) * 60,
  };
}

/** So that the server has nothing of them to do while the next form is measured. */
async function endAll(handles: readonly ChainHandle[]): Promise<void> {
  for (let next = 0; next < handles.length; next += AT_ONCE) {
    const some = handles.slice(next, next + AT_ONCE);
    // Some were cancelled and have ended.
    await Promise.allSettled(some.map((handle) => handle.terminate('what it costs is measured')));
  }
}
