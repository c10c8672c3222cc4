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

/** A killed process' waits are taken over; a hanging one must not keep its pod. */
const FORCE_AFTER_MS = 30_000;
/** How long a workflow task waits for the worker that has the workflow cached; short, so that a killed one costs little. */
const STICKY_MS = 2_000;

/** The folder: the bundler takes its index, the source beside a source and the built file beside a built one. */
const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));

export interface RunWorkerOptions {
  /** Configuration. @default process.env */
  readonly env?: Environment;
  /** What differs from our worker's settings; plugins and interceptors are added to ours, so that a DataFlowPlugin is refused. */
  readonly worker?: Partial<WorkerOptions>;
  /** Called once the worker polls. */
  readonly onStarted?: (worker: Worker) => void;
}

/**
 * Runs our own worker, with the Data Flow workflows and activities, until it must stop: SIGTERM and SIGINT
 * drain it. Waits that are under way are handed over at once to another worker; no execution is stopped. Logs JSON
 * lines on stderr, and serves health and metrics where DATAFLOW_HEALTH_PORT says; in a process that has a Temporal
 * Runtime already, log and metrics go where that one sends them.
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

/** Serves health from the beginning: a worker that is still starting is alive. */
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

/** Temporal could not be reached, or refuses this client; nothing was started. */
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
 * Asks for the namespace before the worker is made: the SDK asks once it has bundled the workflows and started their
 * threads, which it then leaves behind, and its error is a Rust status.
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

/** Attempts to get a free port: between finding one and taking it, another process may take it. */
const MAX_TRIES = 10;

/**
 * Installs the SDK's Runtime of this process: all that it logs goes to `logger`, what its native side logs too. With
 * `metrics` its Prometheus exporter listens on this machine alone, on a free port.
 * @returns where it is scraped; undefined without `metrics`, or where the process has a Runtime already: that one stays
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
      if (error instanceof IllegalStateError) return undefined; // somebody's own
      if (address === undefined || tries === MAX_TRIES) throw error;
    }
  }
}

/** The exporter does not report its port, so it is given one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
