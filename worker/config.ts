import { type Environment, valueOf } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { LOG_LEVELS, type LogThreshold } from './logging.js';
import { profilesWithoutKeys, readProfiles } from './read-profiles.js';
import { resolveTemporalConfig, type TemporalConfig } from './temporal-config.js';

/** What `runWorker` reads from the environment. Printed, it shows neither keys nor Temporal's own API key. */
export interface WorkerConfig {
  /** May hold an API key and client certificates of Temporal. */
  readonly temporal: TemporalConfig;
  /** DATAFLOW_TASK_QUEUE. @default 'dataflow' */
  readonly taskQueue: string;
  /** DATAFLOW_MAX_ACTIVITIES: waits and other activities at once; each wait takes one. @default 1000 */
  readonly maxActivities: number;
  /**
   * DATAFLOW_MAX_CACHED_WORKFLOWS: workflows kept in memory between their steps; one that is not is replayed from its short
   * history at its next step. Runs sleep nearly all the time, so few are enough. @default 500
   */
  readonly maxCachedWorkflows: number;
  /** DATAFLOW_LOG_LEVEL. @default 'info' */
  readonly logLevel: LogThreshold;
  /** Absent: no HTTP server. */
  readonly health?: HealthConfig;
  /** Profiles without keys anywhere, each as a sentence; may ask the metadata service. */
  findWithoutKeys(): Promise<readonly string[]>;
}

/** Where `/livez`, `/readyz` and `/metrics` are served. */
export interface HealthConfig {
  /** DATAFLOW_HEALTH_PORT; 0 is a free one, which the log names. @default none, so that nothing listens */
  readonly port: number;
  /** DATAFLOW_HEALTH_HOST. @default every address of this machine */
  readonly host?: string;
  /** DATAFLOW_READY_WITHIN_MS: how long ago Temporal and the service may have answered last. @default 60000 */
  readonly readyWithinMs: number;
}

const DEFAULT_READY_WITHIN_MS = 60_000;
const DEFAULT_TASK_QUEUE = 'dataflow';
const DEFAULT_MAX_ACTIVITIES = 1_000;
const DEFAULT_MAX_CACHED_WORKFLOWS = 500;

/**
 * Configuration of our own worker: Temporal's variables and file as Temporal's tools read them (TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, …), keys as NAVER's do, and profiles of ours.
 * @throws DataFlowInvalidInputError naming every problem with its remedy
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  // The plugin reads them again, and warns.
  const { settings, problems: found } = readProfiles(undefined, env, () => undefined);
  const problems = found.map(({ text }) => text);
  const taskQueue = valueOf(env, 'DATAFLOW_TASK_QUEUE') ?? DEFAULT_TASK_QUEUE;
  if (taskQueue.trim() === '')
    problems.push('DATAFLOW_TASK_QUEUE must not be empty: name a task queue, or unset it');
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
    problems.push('DATAFLOW_HEALTH_HOST must not be empty: name an address, or unset it');
  if (given === undefined) return undefined;
  return { port, readyWithinMs, ...(host !== undefined && { host }) };
}
