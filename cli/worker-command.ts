import type { Command } from 'commander';
import { runWorker } from '../worker/run-worker.js';
import { addCodecOptions, type CodecFlags, readCodecSettings } from './run/codec-options.js';
import { loadDataConverter } from './run/data-converter.js';
import { VARIABLES, variablesHelp } from '../worker/variables.js';
import { taskQueueOf } from './run/temporal-connection.js';

const ENVIRONMENT = `
Environment:
  NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY   key pair (or NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY); without it that of ~/.ncloud/configure, then that of the server role
${variablesHelp(Object.keys(VARIABLES).filter((name) => name !== 'DATAFLOW_ALLOW_REMOTE_TEMPORAL'))}
  https_proxy, no_proxy             proxy, and hosts that are reached without it
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

/**
 * `dataflow worker`: runs a worker until SIGTERM or Ctrl-C. Other workers then continue its waits; no execution is
 * stopped.
 */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .option('--task-queue <name>', 'task queue; overrides DATAFLOW_TASK_QUEUE')
    .option('--health-port <number>', 'port of health and metrics; overrides DATAFLOW_HEALTH_PORT')
    .addHelpText('after', ENVIRONMENT)
    .action(async (flags: Flags) => {
      const { taskQueue, healthPort } = flags;
      const own = {
        ...(taskQueue !== undefined && { DATAFLOW_TASK_QUEUE: taskQueueOf(taskQueue) }),
        // An empty variable counts as unset. An empty flag must be refused: a blank is.
        ...(healthPort !== undefined && { DATAFLOW_HEALTH_PORT: healthPort || ' ' }),
      };
      const env = { ...process.env, ...own };
      const namespace = process.env['TEMPORAL_NAMESPACE'] || 'default';
      const dataConverter = await loadDataConverter(readCodecSettings(flags, namespace), namespace);
      await runWorker({ env, ...(dataConverter !== undefined && { worker: { dataConverter } }) });
    });
  addCodecOptions(command);
}
