import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  type WorkflowOptions,
} from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import { PROGRESS_QUERY, RUN_JOB_WORKFLOW } from '../../contract/names.js';
import type { RunJobRequest, RunJobResult, RunProgress } from '../../contract/run.js';
import type { Timings } from '../../contract/timings.js';
import {
  type OperationName,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../simulator/index.js';
import { ACTIVITY_STARTED } from '../support/history.js';
import {
  startWorkerProcess,
  workerProgram,
  type WorkerProcess,
} from '../support/worker-process.js';
import { until } from '../support/until.js';
import { QUICK } from '../support/world.js';

export type RunHandle = WorkflowHandle<(request: RunJobRequest) => Promise<RunJobResult>>;

export interface SceneOptions extends SimulatorOptions {
  readonly timings?: Partial<Timings>;
  /** What differs from `dataflow worker`. @default our own workflows, bundled once for all tests */
  readonly worker?: () => Partial<WorkerOptions>;
  /** @default the server of this test run */
  readonly temporal?: { readonly address: string; readonly namespace: string };
}

/** Time limits that the Temporal server enforces. */
type Limits = Pick<WorkflowOptions, 'workflowExecutionTimeout'>;

/** A simulated service, and real worker processes that tests start and end. */
export interface Scene {
  readonly simulator: Simulator;
  readonly client: Client;
  readonly taskQueue: string;
  /** Starts a worker process and waits until it polls. What is left of them at the end is killed. */
  startWorker(env?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  start(request: RunJobRequest, limits?: Limits): Promise<RunHandle>;
  progress(handle: WorkflowHandle): Promise<RunProgress>;
  /** Calls of one operation for a job, received so far. */
  calls(operation: OperationName, jobId: string): number;
  /** `temporal …` against the server of this scene. */
  temporal(...args: readonly string[]): Promise<string>;
  /** Activities of a workflow that have been given to a worker and not ended. */
  runningActivities(handle: WorkflowHandle): Promise<readonly string[]>;
}

const ownWorkflows = (): Partial<WorkerOptions> => ({
  workflowBundle: { codePath: inject('workflowBundlePath') },
});

/** Runs `body` in a scene of its own. */
export async function inScene(
  { timings, worker: workerOptions = ownWorkflows, temporal, ...options }: SceneOptions,
  body: (scene: Scene) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator(options);
  const { address, namespace } = temporal ?? {
    address: inject('temporalAddress'),
    namespace: inject('temporalNamespace'),
  };
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const taskQueue = `crash-${randomUUID()}`;
  const workers: WorkerProcess[] = [];
  let starts = 0;
  const scene: Scene = {
    simulator,
    client,
    taskQueue,
    startWorker: async (env = {}) => {
      const whole = {
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        DATAFLOW_TASK_QUEUE: taskQueue,
        DATAFLOW_STATUS_CALLS_PER_MINUTE: '600',
        DATAFLOW_TIMINGS: JSON.stringify({ ...QUICK, ...timings }),
        ...env,
      };
      const worker = await startWorkerProcess(simulator, whole, workerProgram(workerOptions()));
      workers.push(worker);
      return worker;
    },
    start: async (request, limits = {}) => {
      starts += 1;
      const workflowId = `${taskQueue}-${request.jobId}-${starts}`;
      const options = { args: [request], taskQueue, workflowId, ...limits };
      const begin = async (): Promise<WorkflowHandle> =>
        await client.workflow.start(RUN_JOB_WORKFLOW, options);
      return (await (temporal === undefined
        ? begin()
        : untilStarted(begin, client, workflowId))) as RunHandle;
    },
    progress: async (handle) => {
      const all = await handle.query<Record<string, RunProgress>>(PROGRESS_QUERY);
      return Object.values(all)[0]!;
    },
    calls: (operation, jobId) =>
      simulator.log().filter((call) => call.operation === operation && call.jobId === jobId).length,
    temporal: async (...args) => {
      const cli = inject('temporalExecutable') || 'temporal';
      const to = ['--address', address, '--namespace', namespace];
      return (await promisify(execFile)(cli, [...args, ...to])).stdout;
    },
    runningActivities: async (handle) => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities ?? []).flatMap(({ state, activityType }) =>
        Number(state) === ACTIVITY_STARTED ? [activityType?.name ?? ''] : [],
      );
    },
  };
  try {
    await body(scene);
  } finally {
    await Promise.all(workers.map(kill));
    await connection.close();
    await simulator.close();
  }
}

/** A server of the test's own may be away: repeats the start, whose answer may have been lost. */
async function untilStarted(
  begin: () => Promise<WorkflowHandle>,
  client: Client,
  workflowId: string,
): Promise<WorkflowHandle> {
  let started: WorkflowHandle | undefined;
  await until(async () => {
    try {
      started = await begin();
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        started = client.workflow.getHandle(workflowId);
    }
    return started !== undefined;
  });
  return started ?? client.workflow.getHandle(workflowId);
}

/** Also ends a process that was stopped by SIGSTOP. */
async function kill(worker: WorkerProcess): Promise<void> {
  const { exitCode, signalCode } = worker.child;
  if (exitCode === null && signalCode === null) await worker.end('SIGKILL');
}
