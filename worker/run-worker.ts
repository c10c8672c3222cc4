import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { readWorkerConfig, type WorkerConfig } from './config.js';
import { DataFlowPlugin } from './plugin.js';

/** A killed process' waits are taken over; a hanging one must not keep its pod. */
const FORCE_AFTER_MS = 30_000;
/** How long a workflow task waits for the worker that has the workflow cached; short, so that a killed one costs little. */
const STICKY_MS = 2_000;

/** The folder: the bundler takes its index, the source beside a source and the built file beside a built one. */
const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));

export interface RunWorkerOptions {
  /** Configuration. @default process.env */
  readonly env?: Environment;
  /** What differs from our worker's settings; plugins are added to ours. */
  readonly worker?: Partial<WorkerOptions>;
  /** Called once the worker polls. */
  readonly onStarted?: (worker: Worker) => void;
}

/**
 * Runs our own worker, with the Data Flow workflows and activities, until it is told to stop: SIGTERM and SIGINT
 * drain it. Waits that are under way are handed over at once to another worker; no execution is stopped.
 * @throws DataFlowInvalidInputError naming every problem of the configuration with its remedy; TemporalUnreachable
 */
export async function runWorker({
  env = process.env,
  worker: own = {},
  onStarted,
}: RunWorkerOptions = {}): Promise<void> {
  const config = readWorkerConfig(env);
  const problems = await config.findWithoutKeys();
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow worker', problems);
  const connection = await connect(config);
  try {
    const worker = await Worker.create({
      connection,
      namespace: config.namespace,
      taskQueue: config.taskQueue,
      workflowsPath,
      maxConcurrentActivityTaskExecutions: config.maxActivities,
      shutdownForceTime: FORCE_AFTER_MS,
      stickyQueueScheduleToStartTimeout: STICKY_MS,
      ...own,
      plugins: [new DataFlowPlugin({ env }), ...(own.plugins ?? [])],
    });
    onStarted?.(worker);
    await worker.run();
  } finally {
    await connection.close();
  }
}

/** No Temporal server could be reached; nothing was started. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
}

async function connect({ connectionOptions }: WorkerConfig): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    const address = connectionOptions.address ?? 'localhost:7233';
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemporalUnreachable(
      `Temporal at ${address} cannot be reached (${reason.slice(0, 200)}): check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TLS`,
      { cause: error },
    );
  }
}
