import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { type Environment, readProfile } from './profile-options.js';

/** What `runWorker` reads from the environment. */
export interface WorkerConfig {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
  /** DATAFLOW_TASK_QUEUE. @default 'dataflow' */
  readonly taskQueue: string;
  /** DATAFLOW_MAX_ACTIVITIES: waits and other activities at once; each wait takes one. @default 1000 */
  readonly maxActivities: number;
}

const DEFAULT_TASK_QUEUE = 'dataflow';
const DEFAULT_MAX_ACTIVITIES = 1_000;

/**
 * Configuration of our own worker: Temporal's variables and file as Temporal's tools read them (TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, …), the key pair as NAVER's tools do, and few of ours.
 * @throws DataFlowInvalidInputError naming every problem with its remedy
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const problems = [...readProfile('default', {}, env).problems];
  const taskQueue = env['DATAFLOW_TASK_QUEUE'] ?? DEFAULT_TASK_QUEUE;
  if (taskQueue.trim() === '')
    problems.push('DATAFLOW_TASK_QUEUE is empty: name a task queue or leave it out');
  const maxActivities = Number(env['DATAFLOW_MAX_ACTIVITIES'] ?? DEFAULT_MAX_ACTIVITIES);
  if (!Number.isSafeInteger(maxActivities) || maxActivities < 1) {
    problems.push('DATAFLOW_MAX_ACTIVITIES must be a whole number of 1 or more, e.g. 1000');
  }
  const temporal = readTemporal(env, problems);
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow worker', problems);
  return {
    connectionOptions: temporal?.connectionOptions ?? {},
    namespace: temporal?.namespace ?? 'default',
    taskQueue,
    maxActivities,
  };
}

function readTemporal(
  env: Environment,
  problems: string[],
): ReturnType<typeof loadClientConnectConfig> | undefined {
  try {
    const overrideEnvVars = Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    problems.push(`TEMPORAL_*: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
