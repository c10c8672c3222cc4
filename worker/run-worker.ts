import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { type HealthConfig, readWorkerConfig, type WorkerConfig } from './config.js';
import { createJsonLogger, logIds } from './logging.js';
import { DataFlowPlugin } from './plugin.js';
import type { TemporalConfig } from './temporal-config.js';
import {
  callFailure,
  connectFailure,
  failureText,
  probe,
  type TemporalFailure,
} from './temporal-failure.js';
import {
  createWorkerHealth,
  type HealthServer,
  startHealthServer,
  type WorkerHealth,
} from './health.js';
import { createServer } from 'node:net';
import { IllegalStateError, type Logger } from '@temporalio/common';
import { HISTOGRAM_BUCKETS } from '../contract/metrics.js';

/** Then the worker ends by force. Other workers take its waits over, and a worker that hangs must not keep its pod. */
const FORCE_AFTER_MS = 30_000;
/**
 * How long a workflow task waits for the worker that has the workflow cached. Short, because that worker may have been
 * killed.
 */
const STICKY_MS = 2_000;

/** The folder of the workflows, of the sources or of lib/; the bundler takes its index. */
const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));

export interface RunWorkerOptions {
  /** Environment that holds the configuration. @default process.env */
  readonly env?: Environment;
  /**
   * Options that replace those of our worker. Plugins and activity interceptors are added to ours; a DataFlowPlugin is
   * refused, because ours is one.
   */
  readonly worker?: Partial<WorkerOptions>;
  /** Called just before the worker begins to poll. */
  readonly onStarted?: (worker: Worker) => void;
}

/**
 * Runs a worker with the Data Flow workflows and activities until SIGTERM or SIGINT. It then hands its waits over to
 * other workers at once, and stops no execution. Logs JSON lines on stderr, and serves health and metrics on
 * DATAFLOW_HEALTH_PORT. If the process has a Temporal Runtime already, that one decides where log and metrics go.
 * @throws DataFlowInvalidInputError naming all problems of the configuration with their remedies; TemporalUnreachable
 */
export async function runWorker({
  env = process.env,
  worker: own = {},
  onStarted,
}: RunWorkerOptions = {}): Promise<void> {
  const config = readWorkerConfig(env);
  const problems = await config.findWithoutKeys();
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow worker', problems);
  const health = await openHealth(config.health);
  try {
    const logger = createJsonLogger(config.logLevel, process.stderr);
    const metricsUrl = await installRuntime({ logger, metrics: health !== undefined });
    const connection = await connect(config.temporal);
    try {
      const options = settings(config, connection, env, own);
      await checkNamespace(config.temporal, connection, options.namespace);
      const worker = await Worker.create(options);
      health?.watch({ worker, connection, metricsUrl });
      tellStart(worker, health?.url);
      onStarted?.(worker);
      await worker.run();
    } finally {
      await connection.close();
    }
  } finally {
    await health?.close();
  }
}

const settings = (
  config: WorkerConfig,
  connection: NativeConnection,
  env: Environment,
  { plugins = [], interceptors, ...own }: Partial<WorkerOptions>,
): WorkerOptions => ({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: config.taskQueue,
  workflowsPath,
  maxConcurrentActivityTaskExecutions: config.maxActivities,
  maxCachedWorkflows: config.maxCachedWorkflows,
  shutdownForceTime: FORCE_AFTER_MS,
  stickyQueueScheduleToStartTimeout: STICKY_MS,
  interceptors: { ...interceptors, activity: [logIds, ...(interceptors?.activity ?? [])] },
  ...own,
  plugins: [new DataFlowPlugin({ env }), ...plugins],
});

interface OpenHealth extends HealthServer, Pick<WorkerHealth, 'watch'> {}

/** Serves health before the worker exists, because a worker that is still starting is alive. */
async function openHealth(config: HealthConfig | undefined): Promise<OpenHealth | undefined> {
  if (config === undefined) return undefined;
  const { readyWithinMs, ...at } = config;
  const health = createWorkerHealth(readyWithinMs);
  try {
    const server = await startHealthServer(health, at);
    return { ...server, watch: health.watch };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFlowInvalidInputError('dataflow worker', [
      `DATAFLOW_HEALTH_PORT: ${reason}; name another port, or 0 for a free one`,
    ]);
  }
}

function tellStart({ options: { taskQueue, namespace } }: Worker, healthUrl?: string): void {
  const { logger } = Runtime.instance();
  const about = { taskQueue, namespace, sdkComponent: 'temporal-ncloud-dataflow' };
  logger.info(`dataflow worker polls task queue ${taskQueue}`, about);
  if (healthUrl !== undefined) logger.info(`health and metrics at ${healthUrl}`, { healthUrl });
}

/** Temporal cannot be reached, or refuses this client. No worker was started. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
  /** Whether the server answered and refused the key. */
  readonly isRefused: boolean;

  constructor(failure: TemporalFailure, cause: unknown) {
    super(failureText(failure), { cause });
    this.isRefused = failure.kind === 'unauthorised';
  }
}

async function connect(temporal: TemporalConfig): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporal.connectionOptions);
  } catch (error) {
    throw new TemporalUnreachable(connectFailure(temporal, error, await probe(temporal)), error);
  }
}

const NAMESPACE_LIMIT_MS = 10_000;

/**
 * Checks the namespace before the worker is created. The SDK checks it only after it has bundled the workflows and
 * started their threads, does not end these threads, and fails with a status of its Rust code.
 */
async function checkNamespace(
  temporal: TemporalConfig,
  connection: NativeConnection,
  namespace = temporal.namespace,
): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + NAMESPACE_LIMIT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const failure = callFailure({ ...temporal, namespace }, error);
    throw failure.kind === 'invalid'
      ? new DataFlowInvalidInputError('dataflow worker', [failureText(failure)])
      : new TemporalUnreachable(failure, error);
  }
}

interface RuntimeSettings {
  readonly logger: Logger;
  /** Whether to export metrics. */
  readonly metrics: boolean;
}

/** Attempts to use a free port, which another process may take before. */
const MAX_TRIES = 10;

/**
 * Installs the SDK's Runtime of this process. It logs to `logger`, with the lines of its native code. With `metrics`
 * its Prometheus exporter listens on a free port of this machine, which other machines cannot reach.
 * @returns URL of the exporter; undefined without `metrics`, or if the process has a Runtime already, which stays
 */
async function installRuntime({ logger, metrics }: RuntimeSettings): Promise<string | undefined> {
  const logging = { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } as const;
  for (let tries = 1; ; tries += 1) {
    const address = metrics ? `127.0.0.1:${await freePort()}` : undefined;
    const exporter = address !== undefined && {
      metrics: {
        prometheus: { bindAddress: address, histogramBucketOverrides: { ...HISTOGRAM_BUCKETS } },
      },
    };
    try {
      Runtime.install({ logger, telemetryOptions: { logging, ...exporter } });
      return address === undefined ? undefined : `http://${address}/metrics`;
    } catch (error) {
      if (error instanceof IllegalStateError) return undefined; // the process has a Runtime already
      if (address === undefined || tries === MAX_TRIES) throw error;
    }
  }
}

/** A free port for the exporter, which does not report the port that it chooses itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
