import type { Command } from 'commander';
import { runWorker } from '../worker/run-worker.js';

const ENVIRONMENT = `
Environment:
  NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY   key pair (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY work too)
  DATAFLOW_URL                base URL of the service          [https://dataflow.apigw.ntruss.com]
  DATAFLOW_TASK_QUEUE         task queue                       [dataflow]
  DATAFLOW_MAX_ACTIVITIES     waits and other activities at once  [1000]
  DATAFLOW_CALLS_PER_SECOND   calls to the service per second  [5]
  DATAFLOW_TIMINGS            timings that differ, as JSON, e.g. {"visibleWithinMs":60000}
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them

Example:
  $ dataflow worker &
  $ temporal workflow start --type dataflowRunJob --task-queue dataflow --input '{"jobId":"sZ7aVb3kQp1x"}'
`;

/** `dataflow worker`: our own worker until SIGTERM or Ctrl-C, which hand its waits over and stop no execution. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run a worker with the Data Flow workflows and activities')
    .addHelpText('after', ENVIRONMENT)
    .action(async () => {
      await runWorker({
        onStarted: (worker) => {
          process.stderr.write(`dataflow worker polls task queue ${worker.options.taskQueue}\n`);
        },
      });
    });
}
