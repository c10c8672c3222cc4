import type { Command } from 'commander';
import { runWorker } from '../worker/run-worker.js';

const ENVIRONMENT = `
Environment:
  NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY   key pair (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY work too);
                              without: ~/.ncloud/configure, then the role of the server
  DATAFLOW_NCLOUD_PROFILE     section of ~/.ncloud/configure   [DEFAULT]
  DATAFLOW_URL                base URL of the service          [https://dataflow.apigw.ntruss.com]
  DATAFLOW_TASK_QUEUE         task queue                       [dataflow]
  DATAFLOW_MAX_ACTIVITIES     waits and other activities at once  [1000]
  DATAFLOW_MAX_CACHED_WORKFLOWS  workflows kept in memory between their steps  [500]
  DATAFLOW_HEALTH_PORT        port of /livez, /readyz and /metrics; 0 is a free one, told in the log  [none]
  DATAFLOW_HEALTH_HOST        address that it listens on       [every one]
  DATAFLOW_READY_WITHIN_MS    /readyz: how long ago Temporal and the service may have answered last  [60000]
  DATAFLOW_LOG_LEVEL          trace, debug, info, warn or error; JSON lines on stderr  [info]
  DATAFLOW_CALLS_PER_SECOND   calls to the service per second  [5]
  DATAFLOW_TIMINGS            timings that differ, as JSON, e.g. {"visibleWithinMs":60000}
  DATAFLOW_CALL_TIMEOUT_MS    time limit of one call in ms     [30000]
  DATAFLOW_CA_FILE            PEM file of certificates that are trusted besides the public ones
  DATAFLOW_ALLOW_PLAIN_HTTP   true allows http: to other machines  [false]
  DATAFLOW_PROFILE_<NAME>_…   the same for a profile of that name (…_URL, …_TIMINGS), and its keys:
                              …_ACCESS_KEY_ID, …_SECRET_ACCESS_KEY
  DATAFLOW_PROFILES_FILE      file of profiles, YAML or JSON: a map of names to options
  https_proxy, no_proxy       proxy, and hosts that are reached without it
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them

Example:
  $ dataflow worker &
  $ dataflow run sZ7aVb3kQp1x
`;

interface Flags {
  readonly taskQueue?: string;
  readonly healthPort?: string;
}

/** `dataflow worker`: our own worker until SIGTERM or Ctrl-C, which hand its waits over and stop no execution. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run a worker with the Data Flow workflows and activities')
    .option('--task-queue <name>', 'task queue; before DATAFLOW_TASK_QUEUE')
    .option('--health-port <number>', 'port of health and metrics; before DATAFLOW_HEALTH_PORT')
    .addHelpText('after', ENVIRONMENT)
    .action(async ({ taskQueue, healthPort }: Flags) => {
      const own = {
        ...(taskQueue !== undefined && { DATAFLOW_TASK_QUEUE: taskQueue }),
        ...(healthPort !== undefined && { DATAFLOW_HEALTH_PORT: healthPort }),
      };
      await runWorker({ env: { ...process.env, ...own } });
    });
}
