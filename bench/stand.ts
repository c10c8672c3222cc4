// A stand: one form with its own simulated service, worker processes and task queue. Shared by all topics.
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Timings } from '../contract/timings.js';
import {
  type LoggedCall,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/index.js';
import type { Pace, RequestedRun, RunsInput } from './forms/request.js';
import type { Row } from './table.js';

export const LOOP = 'start-then-sleep-loop';
export const ACTIVITY = 'one-heartbeating-activity';
export const CHILDREN = 'naive-child-workflows';
/** The forms that are compared, with the workflow type of each. */
const WORKFLOW_TYPES = {
  ours: 'ours',
  [LOOP]: 'startThenSleepLoop',
  [ACTIVITY]: 'oneHeartbeatingActivity',
  [CHILDREN]: 'naiveChildWorkflows',
} as const;
export type Form = keyof typeof WORKFLOW_TYPES;
export const PEERS = [LOOP, ACTIVITY] as const;

/** What all topics of one bench share. */
export interface Bench {
  readonly client: Client;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Paths of the workflow bundles, which all worker processes share. */
  readonly bundles: Readonly<Record<'ours' | 'naive', string>>;
  readonly server: ServerUsage;
  /** Of all random choices. */
  readonly seed: number;
  readonly say: (line: string) => void;
  /** `full`, or `quick` with `--quick`. */
  readonly size: (full: number, quick: number) => number;
}

/** What the Temporal server has used so far; NaN where it is unknown. */
export interface ServerUsage {
  readonly cpuS: () => Promise<number>;
  /** Transactions in which its database wrote something. */
  readonly commits: () => Promise<number>;
}

export interface Topic {
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
  /** Sizes, and settings that differ from the defaults of product and SDK. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Limits of the figures, for readers. */
  readonly notMeasured: readonly string[];
}

/** Usual settings of the naive forms in production. */
export const USUAL_PACE: Pace = {
  pollMs: 10_000,
  heartbeatTimeoutMs: 30_000,
  callTimeoutMs: 60_000,
};

/** Differences from the defaults of product and SDK. */
export interface Settings {
  /** Of our form. */
  readonly profile?: { readonly timings?: Partial<Timings>; readonly callsPerSecond?: number };
  /** Of the naive forms. */
  readonly pace?: Partial<Pace>;
  /** Of the SDK's worker. */
  readonly worker?: {
    readonly maxCachedWorkflows?: number;
    readonly maxConcurrentActivityTaskExecutions?: number;
    readonly maxHeartbeatThrottleInterval?: number;
  };
}

/**
 * Time that a workflow task waits for the worker that has the workflow in its cache: that of our own worker, for
 * every form.
 */
export const STICKY_MS = 2_000;
/** The environment variable that carries {@link WorkerSettings} as JSON. */
export const SETTINGS_VARIABLE = 'BENCH_WORKER';

export interface WorkerSettings extends Omit<Settings, 'pace'> {
  readonly isOurs: boolean;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: string;
  readonly baseUrl: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Port of the SDK's metrics. */
  readonly metricsPort: number;
}

export interface Stand {
  readonly form: Form;
  readonly taskQueue: string;
  readonly simulator: Simulator;
  /** Starts a worker process and waits until it polls. It is killed at the end. */
  readonly startWorker: () => Promise<WorkerProcess>;
  /** Starts a workflow with these runs, one after the other by default. */
  readonly start: (
    requests: readonly RequestedRun[],
    how?: Omit<RunsInput, 'requests' | 'pace'>,
  ) => Promise<WorkflowHandle>;
}

/** Runs `body` in a stand of its own. */
export async function inStand<Value>(
  { client, bundles, temporalAddress, namespace }: Bench,
  form: Form,
  { simulator: options, pace, ...settings }: Settings & { readonly simulator: SimulatorOptions },
  body: (stand: Stand) => Promise<Value>,
): Promise<Value> {
  const simulator = await startSimulator(options);
  const taskQueue = `bench-${form}-${randomUUID()}`;
  const workers: WorkerProcess[] = [];
  const { url: baseUrl, accessKey, secretKey } = simulator;
  const isOurs = form === 'ours';
  try {
    return await body({
      ...{ form, taskQueue, simulator },
      startWorker: async () => {
        const worker = await startWorkerProcess({
          ...{ isOurs, temporalAddress, namespace, taskQueue, baseUrl, accessKey, secretKey },
          bundle: bundles[isOurs ? 'ours' : 'naive'],
          ...settings,
        });
        workers.push(worker);
        return worker;
      },
      start: (requests, how = {}) =>
        client.workflow.start(WORKFLOW_TYPES[form], {
          args: [{ requests, pace: { ...USUAL_PACE, ...pace }, ...how } satisfies RunsInput],
          ...{ taskQueue, workflowId: `${taskQueue}-${requests[0]?.run ?? ''}` },
        }),
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await simulator.close();
  }
}

/** Request to a worker process. */
export type Question =
  | { readonly about: 'usage' | 'heap' | 'stretch' }
  | { readonly about: 'snapshot'; readonly path: string };

/** A worker process that polls. */
export interface WorkerProcess {
  /** Number of requests of one kind that its SDK has sent, e.g. `RecordActivityTaskHeartbeat`. */
  requestsSent(operation: string): Promise<number>;
  /** Resident memory in bytes, and CPU seconds of all threads so far. */
  usage(): Promise<{ readonly rss: number; readonly cpuS: number }>;
  /** JavaScript heap after a garbage collection, bytes. */
  heap(): Promise<number>;
  /** Longest delay of its event loop since the last request, ms. */
  longestStretchMs(): Promise<number>;
  /** Writes a heap snapshot of its main thread into the folder BENCH_HEAP_SNAPSHOTS, if that is set. */
  snapshot(name: string): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

async function startWorkerProcess(
  settings: Omit<WorkerSettings, 'metricsPort'>,
): Promise<WorkerProcess> {
  const metricsPort = await freePort();
  const child = fork(WORKER, {
    env: {
      PATH: process.env['PATH'],
      BENCH_DEBUG_MODE: process.env['BENCH_DEBUG_MODE'],
      [SETTINGS_VARIABLE]: JSON.stringify({ ...settings, metricsPort }),
    },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await untilItPolls(child);
  return {
    requestsSent: async (operation) => {
      const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      return requestsIn(await response.text(), operation);
    },
    usage: () => ask(child, { about: 'usage' }),
    heap: () => ask(child, { about: 'heap' }),
    longestStretchMs: () => ask(child, { about: 'stretch' }),
    snapshot: async (name) => {
      const folder = process.env['BENCH_HEAP_SNAPSHOTS'];
      if (folder === undefined) return;
      const path = join(resolve(folder), `${name}-${child.pid ?? 0}.heapsnapshot`);
      await ask(child, { about: 'snapshot', path });
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function ask<Answer>(child: ChildProcess, question: Question): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = (await answered) as [Answer];
  return answer;
}

async function untilItPolls(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a worker process ended with ${String(code)} before it polled`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined); // later its end is expected
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free TCP port');
  return address.port;
}

/** Reads the number of requests of one kind from the SDK's metrics in Prometheus' text format. */
export function requestsIn(metrics: string, operation: string): number {
  return metrics
    .split('\n')
    .filter((line) => /^temporal_request(_total)?\{/.test(line))
    .filter((line) => line.includes(`operation="${operation}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf('}') + 1)), 0);
}

const OF_A_SERVER = /^\s*(\d+)\s+\S*temporal\S*\s+server start-dev .*--port (\d+)/;

/** CPU seconds of the Temporal server so far; NaN: it was not started here, or `ps` does not show it. */
export async function serverCpuS(address: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'cputimes=,args=']);
    const found = stdout
      .split('\n')
      .map((line) => OF_A_SERVER.exec(line))
      .find((match) => match !== null && address.endsWith(`:${match[2] ?? ''}`));
    return Number(found?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}

type WantedCall = Pick<LoggedCall, 'operation' | 'jobId' | 'executionId'>;

/** Arrival of the first such call at or after a time, ms since 1970. */
export function findArrival(
  log: readonly LoggedCall[],
  wanted: WantedCall,
  fromMs = 0,
): number | undefined {
  return log.find(
    ({ operation, jobId, executionId, atMs }) =>
      operation === wanted.operation &&
      atMs >= fromMs &&
      (wanted.jobId === undefined || jobId === wanted.jobId) &&
      (wanted.executionId === undefined || executionId === wanted.executionId),
  )?.atMs;
}

/** As {@link findArrival}, for a call that must have arrived. */
export function arrivalOf(log: readonly LoggedCall[], wanted: WantedCall, fromMs = 0): number {
  const atMs = findArrival(log, wanted, fromMs);
  if (atMs === undefined) throw new Error(`${String(wanted.operation)} has not arrived`);
  return atMs;
}

/** From the first call that shows the end of an execution to the first executeJob of a job, ms. */
export function seenToSubmit({ simulator }: Stand, ended: string, next: string): number {
  const log = simulator.log();
  const { executionId, endAt } = simulator.executions(ended)[0]!;
  const seenAt = arrivalOf(log, { operation: 'getJobExecutionById', executionId }, endAt);
  return arrivalOf(log, { operation: 'executeJob', jobId: next }) - seenAt;
}

/** Time without a call to the service after which a measurement fails. */
const STUCK_MS = 10 * 60_000;

/** Resolves when a condition on the simulator holds. */
export async function until(simulator: Simulator, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const stuck = setTimeout(() => {
      stop();
      const { posts, created } = simulator.report();
      reject(new Error(`nothing arrived for ten minutes; ${posts} starts, ${created} executions`));
    }, STUCK_MS);
    const stop = simulator.onChange(() => {
      stuck.refresh();
      if (!holds()) return;
      clearTimeout(stuck);
      stop();
      resolve();
    });
  });
}

/** Measures the forms one after the other, because they compete for the machine. */
export async function inTurn<Name extends string, Value>(
  forms: readonly Name[],
  measure: (form: Name) => Promise<Value>,
): Promise<Readonly<Record<Name, Value>>> {
  const values: [Name, Value][] = [];
  for (const form of forms) values.push([form, await measure(form)]);
  return Object.fromEntries(values) as Record<Name, Value>;
}

/** Measures the forms at the same time: for counts, and for waits of seconds. */
export async function sideBySide<Name extends string, Value>(
  forms: readonly Name[],
  measure: (form: Name) => Promise<Value>,
): Promise<Readonly<Record<Name, Value>>> {
  const values = await Promise.all(forms.map(async (form) => [form, await measure(form)] as const));
  return Object.fromEntries(values) as Record<Name, Value>;
}
