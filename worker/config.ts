import { type Environment, valueOf } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { LOG_LEVELS, type LogThreshold } from './logging.js';
import { profilesWithoutKeys, readProfiles } from './read-profiles.js';
import { resolveTemporalConfig, type TemporalConfig } from './temporal-config.js';

/**
 * Configuration of `runWorker` from the environment. When it is printed it shows neither keys nor Temporal's API key.
 */
export interface WorkerConfig {
  /** May hold an API key and client certificates of Temporal. */
  readonly temporal: TemporalConfig;
  /** DATAFLOW_TASK_QUEUE. @default 'dataflow' */
  readonly taskQueue: string;
  /** DATAFLOW_MAX_ACTIVITIES: most activities at once. Waits do not count: they take no slot. @default 1000 */
  readonly maxActivities: number;
  /**
   * DATAFLOW_MAX_CACHED_WORKFLOWS: most workflows in the cache. A workflow that is not cached is replayed from its
   * short history at its next task. Runs have few tasks, so a small cache is enough. @default 500
   */
  readonly maxCachedWorkflows: number;
  /** DATAFLOW_LOG_LEVEL. @default 'info' */
  readonly logLevel: LogThreshold;
  /** Absent where no health port is set: then there is no HTTP server. */
  readonly health?: HealthConfig;
  /** Problems of profiles without keys, each as a sentence; may call the metadata service. */
  findWithoutKeys(): Promise<readonly string[]>;
}

/** Where `/livez`, `/readyz` and `/metrics` are served. */
export interface HealthConfig {
  /** DATAFLOW_HEALTH_PORT; 0 takes a free port, which is logged. */
  readonly port: number;
  /** DATAFLOW_HEALTH_HOST: address to listen on. @default all addresses of this machine */
  readonly host?: string;
  /** DATAFLOW_READY_WITHIN_MS: largest age in ms of the last answers of Temporal and the service. @default 60000 */
  readonly readyWithinMs: number;
}

const DEFAULT_READY_WITHIN_MS = 60_000;
const DEFAULT_TASK_QUEUE = 'dataflow';
const DEFAULT_MAX_ACTIVITIES = 1_000;
const DEFAULT_MAX_CACHED_WORKFLOWS = 500;

/**
 * Configuration of `dataflow worker`: Temporal's variables and file as Temporal's tools read them (TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, …), keys as NAVER's tools do, and our profiles.
 * @throws DataFlowInvalidInputError naming every problem with its remedy
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  // Without warnings: the plugin reads the profiles again, and warns then.
  const { settings, problems: found } = readProfiles(undefined, env, () => undefined);
  const problems = found.map(({ text }) => text);
  const taskQueue = valueOf(env, 'DATAFLOW_TASK_QUEUE') ?? DEFAULT_TASK_QUEUE;
  if (taskQueue.trim() === '')
    problems.push('DATAFLOW_TASK_QUEUE must not be empty: set it to a task queue, or unset it');
  const maxActivities = Number(valueOf(env, 'DATAFLOW_MAX_ACTIVITIES') ?? DEFAULT_MAX_ACTIVITIES);
  if (!Number.isSafeInteger(maxActivities) || maxActivities < 1) {
    problems.push('DATAFLOW_MAX_ACTIVITIES must be an integer of at least 1, e.g. 1000');
  }
  const maxCachedWorkflows = Number(
    valueOf(env, 'DATAFLOW_MAX_CACHED_WORKFLOWS') ?? DEFAULT_MAX_CACHED_WORKFLOWS,
  );
  if (!Number.isSafeInteger(maxCachedWorkflows) || maxCachedWorkflows < 2)
    problems.push('DATAFLOW_MAX_CACHED_WORKFLOWS must be an integer of at least 2, e.g. 500');
  const logLevel = readLogLevel(env, problems);
  const health = readHealth(env, problems);
  const temporal = resolveTemporalConfig(env);
  if ('problems' in temporal) problems.push(...temporal.problems);
  if ('problems' in temporal || problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow worker', problems);
  return withHidden(temporal, {
    taskQueue,
    maxActivities,
    maxCachedWorkflows,
    logLevel,
    ...(health !== undefined && { health }),
    findWithoutKeys: () => profilesWithoutKeys(settings),
  });
}

/** Keeps the connection options behind a getter of the prototype, so that printing does not show them. */
function withHidden(temporal: TemporalConfig, shown: Omit<WorkerConfig, 'temporal'>): WorkerConfig {
  const prototype = Object.create(Object.prototype, {
    temporal: { get: () => temporal },
  }) as object;
  return Object.assign(Object.create(prototype) as WorkerConfig, shown);
}

function readLogLevel(env: Environment, problems: string[]): LogThreshold {
  const given = valueOf(env, 'DATAFLOW_LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((one) => one === given);
  if (level === undefined)
    problems.push(`DATAFLOW_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  return level ?? 'info';
}

function readHealth(env: Environment, problems: string[]): HealthConfig | undefined {
  const given = valueOf(env, 'DATAFLOW_HEALTH_PORT');
  const port = given === undefined || given.trim() === '' ? NaN : Number(given);
  if (given !== undefined && !(Number.isSafeInteger(port) && port >= 0 && port <= 65_535))
    problems.push('DATAFLOW_HEALTH_PORT must be an integer from 0 to 65535; 0 takes a free port');
  const readyWithinMs = Number(valueOf(env, 'DATAFLOW_READY_WITHIN_MS') ?? DEFAULT_READY_WITHIN_MS);
  if (!Number.isSafeInteger(readyWithinMs) || readyWithinMs < 1_000)
    problems.push('DATAFLOW_READY_WITHIN_MS must be an integer of at least 1000 (ms), e.g. 60000');
  const host = valueOf(env, 'DATAFLOW_HEALTH_HOST');
  if (host?.trim() === '')
    problems.push('DATAFLOW_HEALTH_HOST must not be empty: set it to an address, or unset it');
  if (given === undefined) return undefined;
  return { port, readyWithinMs, ...(host !== undefined && { host }) };
}
