import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import {
  PROGRESS_QUERY,
  RUN_JOB_WORKFLOW,
  RUN_REMOTE_WORKFLOW_WORKFLOW,
} from '../../contract/names.js';
import type {
  RemoteRunProgress,
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from '../../contract/remote-run.js';
import type { RunJobRequest, RunJobResult, RunProgress } from '../../contract/run.js';
import type { Timings } from '../../contract/timings.js';
import { DataFlowPlugin } from '../../index.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import type { ProfileOptions } from '../../worker/profile-options.js';
import { expectNoSecrets } from './secrets.js';
import { workerLog } from './worker-log.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Short timings: an unknown outcome is reconciled about 5 s after the baseline. */
export const QUICK: Partial<Timings> = {
  permitTtlMs: 2_000,
  submitTimeoutMs: 2_000,
  maxListingDelayMs: 1_000,
  waitHeartbeatTimeoutMs: 5_000,
  minPollMs: 100,
  maxPollMs: 500,
};

export interface WorldOptions extends SimulatorOptions {
  readonly timings?: Partial<Timings>;
  /** @default 100, which no test exhausts */
  readonly callsPerSecond?: number;
  /** Names of profiles, all of one account. @default ['default'] */
  readonly profileNames?: readonly string[];
  /** Records the history of each run under this name, for replay tests. Only with RECORD_HISTORIES=1. */
  readonly record?: string;
  readonly worker?: Partial<WorkerOptions>;
  /** @default that of this test run */
  readonly namespace?: string;
}

let shared: Promise<NativeConnection> | undefined;
/**
 * Shared by all tests of this process until it ends: the SDK closes its runtime with the last connection, even if
 * another test is about to open one.
 */
const nativeConnection = (): Promise<NativeConnection> =>
  (shared ??= NativeConnection.connect({ address: inject('temporalAddress') }));

type RunHandle = WorkflowHandle<(request: RunJobRequest) => Promise<RunJobResult>>;

export type RemoteHandle = WorkflowHandle<
  (request: RunRemoteWorkflowRequest) => Promise<RunRemoteWorkflowResult>
>;

/** A simulated service, a worker with the plugin, and a client, on the real server of this test run. */
export interface World {
  readonly simulator: Simulator;
  readonly client: Client;
  readonly native: NativeConnection;
  readonly taskQueue: string;
  readonly profile: ProfileOptions;
  start(request: RunJobRequest): Promise<RunHandle>;
  run(request: RunJobRequest): Promise<RunJobResult>;
  /** @param taskQueue that of another worker */
  startRemote(request: RunRemoteWorkflowRequest, taskQueue?: string): Promise<RemoteHandle>;
  remoteProgress(handle: WorkflowHandle): Promise<RemoteRunProgress>;
  /** Adds a workflow that was started otherwise: its history is checked for keys, and recorded under `record`. */
  note(handle: WorkflowHandle): void;
  /** Progress of the only run of a workflow. */
  progress(handle: WorkflowHandle): Promise<RunProgress>;
  eventCount(handle: WorkflowHandle): Promise<number>;
  /** A further worker on the same task queue. */
  createWorker(options?: Partial<WorkerOptions>): Promise<Worker>;
}

/** Runs `body` in a world of its own; afterwards no key may stand in a history or log. */
export async function inWorld(
  options: WorldOptions,
  body: (world: World) => Promise<void>,
): Promise<void> {
  const log = workerLog();
  const logged = log.length;
  const { timings, callsPerSecond = 100, profileNames = ['default'], ...others } = options;
  const { record: name, worker: workerOptions, ...more } = others;
  const { namespace = inject('temporalNamespace'), ...script } = more;
  const simulator = await startSimulator(script);
  const address = inject('temporalAddress');
  const native = await nativeConnection();
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const started: WorkflowHandle[] = [];
  const world = createWorld({
    ...{ timings, callsPerSecond, profileNames, simulator, client, native, started },
  });
  const hanging = setTimeout(() => void describeOpen(started).catch(() => undefined), HANGING_MS);
  try {
    const worker = await world.createWorker(workerOptions);
    await worker.runUntil(() => body(world));
    const secrets = [simulator.accessKey, simulator.secretKey];
    for (const handle of started) {
      const history = historyToJSON(await handle.fetchHistory());
      expectNoSecrets(history, secrets, `the history of ${handle.workflowId}`);
      await record(name, history, started.indexOf(handle));
    }
    expectNoSecrets(log.slice(logged).join('\n'), secrets, 'the worker log');
  } finally {
    clearTimeout(hanging);
    await connection.close();
    await simulator.close();
  }
}

/** A body that has not ended by then waits in vain; its time limit comes soon. */
const HANGING_MS = 230_000;

/** Writes what the workflows of a test wait for, since a time limit tells nothing. */
async function describeOpen(started: readonly WorkflowHandle[]): Promise<void> {
  for (const handle of started) {
    const { status, raw } = await handle.describe();
    const { pendingActivities, pendingWorkflowTask } = raw;
    const progress: unknown = await handle
      .query(PROGRESS_QUERY)
      .catch((error: unknown) => String(error));
    const stands = { pendingActivities, pendingWorkflowTask, progress };
    process.stderr.write(
      `a test waits for ${handle.workflowId} (${status.name}): ${JSON.stringify(stands)}\n`,
    );
  }
}

interface Parts extends Pick<World, 'simulator' | 'client' | 'native'> {
  readonly timings: Partial<Timings> | undefined;
  readonly callsPerSecond: number;
  readonly profileNames: readonly string[];
  readonly started: WorkflowHandle[];
}

function createWorld(parts: Parts): World {
  const { timings: own, callsPerSecond, profileNames, simulator, client, native, started } = parts;
  const taskQueue = `test-${randomUUID()}`;
  const { url: baseUrl, accessKey, secretKey } = simulator;
  const timings = { ...QUICK, ...own };
  const rates = { callsPerSecond, statusCallsPerMinute: 60 * Math.max(1, callsPerSecond) };
  const profile = { baseUrl, credentials: { accessKey, secretKey }, timings, ...rates };
  const profiles = Object.fromEntries(profileNames.map((name) => [name, profile]));
  let starts = 0;
  const begin = async (
    type: string,
    request: unknown,
    queue = taskQueue,
  ): Promise<WorkflowHandle> => {
    const workflowId = `${taskQueue}-${starts}`;
    starts += 1;
    const options = { args: [request], taskQueue: queue, workflowId };
    const handle = await client.workflow.start(type, options);
    started.push(handle);
    return handle;
  };
  const start = async (request: RunJobRequest): Promise<RunHandle> =>
    (await begin(RUN_JOB_WORKFLOW, request)) as RunHandle;
  const progress = async <Progress>(handle: WorkflowHandle): Promise<Progress> => {
    const all = await handle.query<Record<string, Progress>>(PROGRESS_QUERY);
    return Object.values(all)[0]!;
  };
  return {
    simulator,
    client,
    native,
    taskQueue,
    profile,
    start,
    note: (handle) => {
      started.push(handle);
    },
    run: async (request) => await (await start(request)).result(),
    startRemote: async (request, queue) =>
      (await begin(RUN_REMOTE_WORKFLOW_WORKFLOW, request, queue)) as RemoteHandle,
    progress,
    remoteProgress: progress,
    eventCount: async (handle) => (await handle.fetchHistory()).events?.length ?? 0,
    createWorker: (more) =>
      Worker.create({
        connection: native,
        namespace: client.options.namespace,
        taskQueue,
        workflowBundle: { codePath: inject('workflowBundlePath') },
        plugins: [new DataFlowPlugin({ profiles })],
        stickyQueueScheduleToStartTimeout: '2s',
        // Workflows run in this thread: starting one for each worker takes a second of CPU.
        debugMode: more?.workflowThreadPoolSize === undefined,
        ...more,
      }),
  };
}

async function record(name: string | undefined, history: string, index: number): Promise<void> {
  if (name === undefined || process.env['RECORD_HISTORIES'] !== '1') return;
  const folder = new URL('../replay/histories/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = index === 0 ? name : `${name}-${index + 1}`;
  const text = JSON.stringify(JSON.parse(history), null, 1);
  // A history names no machine: neither a path of it nor its host.
  const plain = text.replaceAll(ROOT, '').replaceAll(`@${hostname()}"`, '@worker"');
  await writeFile(new URL(`${file}.json`, folder), `${plain}\n`);
}
