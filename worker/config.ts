import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { withDefaults } from '../contract/validate.js';
import { problemsOfGiven, valuesOf } from './given-options.js';
import { profilesWithoutKeys, readProfiles } from './read-profiles.js';
import { resolveTemporalConfig, type TemporalConfig } from './temporal-config.js';
import { givenInVariables } from './variables.js';
import { WORKER_OPTIONS, type WorkerSettings } from './worker-options.js';

/**
 * Configuration of `runWorker` from the environment. When it is printed it shows neither keys nor Temporal's API key.
 */
export interface WorkerConfig extends Required<
  Pick<WorkerSettings, 'taskQueue' | 'maxActivities' | 'maxCachedWorkflows' | 'logLevel'>
> {
  /** May hold an API key and client certificates of Temporal. */
  readonly temporal: TemporalConfig;
  /** Absent where no health port is set: then there is no HTTP server. */
  readonly health?: HealthConfig;
  /** Problems of profiles without keys, each as a sentence; may call the metadata service. */
  findWithoutKeys(): Promise<readonly string[]>;
}

/** Where `/livez`, `/readyz` and `/metrics` are served. */
export interface HealthConfig {
  readonly port: number;
  readonly host?: string;
  readonly readyWithinMs: number;
}

/**
 * Configuration of `dataflow worker`: Temporal's variables and file as Temporal's tools read them (TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, …), keys as NAVER's tools do, and our profiles.
 * @throws DataFlowInvalidInputError naming every problem with its remedy
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  // Without warnings: the plugin reads the profiles again, and warns then.
  const { settings, problems: found } = readProfiles(undefined, env, () => undefined);
  const problems = found.map(({ text }) => text);
  const given = givenInVariables(WORKER_OPTIONS, env);
  problems.push(...problemsOfGiven(WORKER_OPTIONS, given));
  const temporal = resolveTemporalConfig(env);
  if ('problems' in temporal) problems.push(...temporal.problems);
  if ('problems' in temporal || problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow worker', problems);
  const { taskQueue, maxActivities, maxCachedWorkflows, logLevel, ...health } = withDefaults(
    WORKER_OPTIONS,
    valuesOf(given) as WorkerSettings,
  );
  const { healthPort: port, healthHost: host, readyWithinMs } = health;
  return withHidden(temporal, {
    ...{ taskQueue, maxActivities, maxCachedWorkflows, logLevel },
    ...(port !== undefined && {
      health: { port, readyWithinMs, ...(host !== undefined && { host }) },
    }),
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
