// One form with a simulated service, worker processes and a task queue of its own; shared by all topics.
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
import { checkProfile } from '../worker/check-options.js';
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
  /** Paths of the bundled workflows: bundled once, not in each worker process. */
  readonly bundles: Readonly<Record<'ours' | 'naive', string>>;
  /** All random choices follow from it. */
  readonly seed: number;
  readonly say: (line: string) => void;
  /** The first number; the second with `--quick`, which tries whether a topic works. */
  readonly size: (full: number, quick: number) => number;
}

/** What is measured in one go, and said with it. */
export interface Topic {
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
  /** Settings that differ from the defaults of product and SDK, and the sizes. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the numbers do not tell. */
  readonly notMeasured: readonly string[];
}

/** The naive forms as they would be set in production. */
export const USUAL_PACE: Pace = {
  pollMs: 10_000,
  heartbeatTimeoutMs: 30_000,
  callTimeoutMs: 60_000,
};

/** What differs from the defaults of product and SDK. */
export interface Settings {
  /** Of ours. */
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

/** How long a workflow task waits for the worker that has the workflow cached: as in our own worker, for every form. */
export const STICKY_MS = 2_000;
/** The environment variable that carries {@link WorkerSettings} as JSON. */
export const SETTINGS_VARIABLE = 'BENCH_WORKER';

/** All that a worker process is told. */
export interface WorkerSettings extends Omit<Settings, 'pace'> {
  readonly isOurs: boolean;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: string;
  readonly baseUrl: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Where the SDK's counters are served on this machine. */
  readonly metricsPort: number;
}

export interface Stand {
  readonly form: Form;
  readonly taskQueue: string;
  readonly simulator: Simulator;
  /** Starts a worker process and waits until it polls. What is left of them at the end is killed. */
  readonly startWorker: () => Promise<WorkerProcess>;
  /** Starts the workflow that makes these runs, one after the other unless `how` says otherwise. */
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

/** What the bench asks a worker process. */
export type Question =
  | { readonly about: 'usage' | 'heap' | 'stretch' }
  | { readonly about: 'snapshot'; readonly path: string };

/** A worker process that polls. */
export interface WorkerProcess {
  /** Requests of one kind that its SDK has sent to the Temporal server, e.g. `RecordActivityTaskHeartbeat`. */
  requestsSent(operation: string): Promise<number>;
  /** Its resident memory, bytes, and the CPU time of all its threads so far. */
  usage(): Promise<{ readonly rss: number; readonly cpuS: number }>;
  /** The JavaScript that a collection leaves, bytes. */
  heap(): Promise<number>;
  /** The longest time for which its event loop was held up since this was last asked, ms. */
  longestStretchMs(): Promise<number>;
  /** Writes a heap snapshot of its main thread, named so and by its process, into the folder BENCH_HEAP_SNAPSHOTS, if there is one. */
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
  ended.catch(() => undefined); // from here on its end is expected
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

/** Requests of one kind that an SDK has sent to the Temporal server, from its metrics in Prometheus' text form. */
export function requestsIn(metrics: string, operation: string): number {
  return metrics
    .split('\n')
    .filter((line) => /^temporal_request(_total)?\{/.test(line))
    .filter((line) => line.includes(`operation="${operation}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf('}') + 1)), 0);
}

const OF_A_SERVER = /^\s*(\d+)\s+\S*temporal\S*\s+server start-dev .*--port (\d+)/;

/** CPU seconds so far of the Temporal server at an address; NaN where it is not ours or `ps` does not tell. */
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

/** When the first such call arrived that came at or after a time (ms since 1970). */
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

/** The same for a call that must have come. */
export function arrivalOf(log: readonly LoggedCall[], wanted: WantedCall, fromMs = 0): number {
  const atMs = findArrival(log, wanted, fromMs);
  if (atMs === undefined) throw new Error(`${String(wanted.operation)} never came`);
  return atMs;
}

/** From the first call that shows the end of an execution to the first executeJob of a job, ms. */
export function seenToSubmit({ simulator }: Stand, ended: string, next: string): number {
  const log = simulator.log();
  const { executionId, endAt } = simulator.executions(ended)[0]!;
  const seenAt = arrivalOf(log, { operation: 'getJobExecutionById', executionId }, endAt);
  return arrivalOf(log, { operation: 'executeJob', jobId: next }) - seenAt;
}

/** Nothing that is measured takes this long without anything arriving at the service. */
const STUCK_MS = 10 * 60_000;

/** Resolves when something holds that follows from what the service has received. */
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

/** Measures each form, one after the other: what needs the machine. */
export async function inTurn<Name extends string, Value>(
  forms: readonly Name[],
  measure: (form: Name) => Promise<Value>,
): Promise<Readonly<Record<Name, Value>>> {
  const values: [Name, Value][] = [];
  for (const form of forms) values.push([form, await measure(form)]);
  return Object.fromEntries(values) as Record<Name, Value>;
}

/** Measures all forms side by side: what only counts, or waits for seconds. */
export async function sideBySide<Name extends string, Value>(
  forms: readonly Name[],
  measure: (form: Name) => Promise<Value>,
): Promise<Readonly<Record<Name, Value>>> {
  const values = await Promise.all(forms.map(async (form) => [form, await measure(form)] as const));
  return Object.fromEntries(values) as Record<Name, Value>;
}

/** The product's default budget of calls. */
export function defaultCallsPerSecond(): number {
  const credentials = { value: { accessKey: 'none', secretKey: 'none' }, place: 'bench' };
  const { settings } = checkProfile([{ credentials }], { env: {}, warn: () => undefined });
  return settings!.callsPerSecond;
}
