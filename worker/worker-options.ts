import type { Options } from '../contract/validate.js';
import type { LogThreshold } from './logging.js';

/** Settings of `dataflow worker` and `runWorker`. Each is set by a variable. */
export interface WorkerSettings {
  /** DATAFLOW_TASK_QUEUE. @default 'dataflow' */
  readonly taskQueue?: string;
  /** DATAFLOW_PROFILES_FILE: YAML or JSON, a map of names to options. @default no file */
  readonly profilesFile?: string;
  /** DATAFLOW_MAX_ACTIVITIES: most activities at once. Waits do not count: they take no slot. @default 1000 */
  readonly maxActivities?: number;
  /**
   * DATAFLOW_MAX_CACHED_WORKFLOWS: most workflows in the cache. A workflow that is not cached is replayed from its
   * short history at its next task. Runs have few tasks, so a small cache is enough. @default 500
   */
  readonly maxCachedWorkflows?: number;
  /** DATAFLOW_HEALTH_PORT; 0 takes a free port, which is logged. @default no HTTP server */
  readonly healthPort?: number;
  /** DATAFLOW_HEALTH_HOST: address to listen on. @default all addresses of this machine */
  readonly healthHost?: string;
  /** DATAFLOW_READY_WITHIN_MS: largest age in ms of the last answers of Temporal and the service. @default 60000 */
  readonly readyWithinMs?: number;
  /** DATAFLOW_LOG_LEVEL. @default 'info' */
  readonly logLevel?: LogThreshold;
}

/** Checks, defaults and meanings of {@link WorkerSettings}. */
export const WORKER_OPTIONS = {
  taskQueue: {
    kind: 'string',
    pattern: /\S/,
    must: 'must be the name of a task queue, e.g. dataflow',
    about: 'Task queue.',
    default: 'dataflow',
    flag: '--task-queue <name>',
    variable: 'DATAFLOW_TASK_QUEUE',
  },
  profilesFile: {
    kind: 'string',
    must: 'must be the path of a file',
    about: 'File of profiles, YAML or JSON: a map of names to options.',
    unset: 'none',
    variable: 'DATAFLOW_PROFILES_FILE',
  },
  maxActivities: {
    kind: 'integer',
    min: 1,
    about: 'Most activities at once; waits take no slot.',
    default: 1_000,
    variable: 'DATAFLOW_MAX_ACTIVITIES',
  },
  maxCachedWorkflows: {
    kind: 'integer',
    min: 2,
    about: 'Most workflows in the cache.',
    default: 500,
    variable: 'DATAFLOW_MAX_CACHED_WORKFLOWS',
  },
  healthPort: {
    kind: 'integer',
    min: 0,
    max: 65_535,
    about: 'Port of /livez, /readyz and /metrics; 0 takes a free port, see the log.',
    unset: 'no port is opened',
    flag: '--health-port <number>',
    variable: 'DATAFLOW_HEALTH_PORT',
  },
  healthHost: {
    kind: 'string',
    pattern: /\S/,
    must: 'must be an address of this machine, e.g. 127.0.0.1',
    about: 'Address of that port.',
    unset: 'all addresses',
    variable: 'DATAFLOW_HEALTH_HOST',
  },
  readyWithinMs: {
    kind: 'integer',
    min: 1_000,
    unit: 'ms',
    about: '/readyz: largest age in ms of the last answers of Temporal and the service.',
    default: 60_000,
    variable: 'DATAFLOW_READY_WITHIN_MS',
  },
  logLevel: {
    kind: 'choice',
    choices: {
      trace: 'everything',
      debug: "the SDK's own lines",
      info: 'starts and ends of runs',
      warn: 'what may need attention',
      error: 'failures',
    },
    about: 'Lowest level of log lines, JSON on stderr.',
    default: 'info',
    variable: 'DATAFLOW_LOG_LEVEL',
  },
} as const satisfies Options<WorkerSettings>;
