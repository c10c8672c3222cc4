import type { Command } from 'commander';
import { runWorker } from '../worker/run-worker.js';
import { addCodecOptions, type CodecFlags, readCodecSettings } from './run/codec-options.js';
import { loadDataConverter } from './run/data-converter.js';
import { VARIABLES, variablesHelp } from '../worker/variables.js';
import { taskQueueOf } from './run/temporal-connection.js';

const ENVIRONMENT = `
Environment:
  NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY   key pair (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY work too);
                                without: ~/.ncloud/configure, then the role of the server
${variablesHelp(Object.keys(VARIABLES).filter((name) => name !== 'DATAFLOW_ALLOW_REMOTE_TEMPORAL'))}
  https_proxy, no_proxy         proxy, and hosts that are reached without it
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them
  TEMPORAL_CODEC_ENDPOINT, TEMPORAL_CODEC_AUTH   codec server by which payloads are encoded
DATAFLOW_URL to DATAFLOW_ALLOW_PLAIN_HTTP describe profile default; the file describes the others.
Another variable that begins with DATAFLOW_ is refused.

Example:
  $ dataflow worker &
  $ dataflow run sZ7aVb3kQp1x
`;

interface Flags extends CodecFlags {
  readonly taskQueue?: string;
  readonly healthPort?: string;
}

/** `dataflow worker`: our own worker until SIGTERM or Ctrl-C, which hand its waits over and stop no execution. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .option('--task-queue <name>', 'task queue; before DATAFLOW_TASK_QUEUE')
    .option('--health-port <number>', 'port of health and metrics; before DATAFLOW_HEALTH_PORT')
    .addHelpText('after', ENVIRONMENT)
    .action(async (flags: Flags) => {
      const { taskQueue, healthPort } = flags;
      const own = {
        ...(taskQueue !== undefined && { DATAFLOW_TASK_QUEUE: taskQueueOf(taskQueue) }),
        // An empty flag is a mistake, an empty variable counts as unset.
        ...(healthPort !== undefined && { DATAFLOW_HEALTH_PORT: healthPort || ' ' }),
      };
      const env = { ...process.env, ...own };
      const namespace = process.env['TEMPORAL_NAMESPACE'] || 'default';
      const dataConverter = await loadDataConverter(readCodecSettings(flags, namespace), namespace);
      await runWorker({ env, ...(dataConverter !== undefined && { worker: { dataConverter } }) });
    });
  addCodecOptions(command);
}
