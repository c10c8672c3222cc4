import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { problemsOf } from '../contract/validate.js';
import { PROFILE_OPTIONS } from '../worker/profile-options.js';
import { runWorker } from '../worker/run-worker.js';
import { addCodecOptions, type CodecFlags, readCodecSettings } from './run/codec-options.js';
import { loadDataConverter } from './run/data-converter.js';
import { addFlags, flagsIn, type GivenFlags, readFlags } from './run/option-flags.js';
import { variablesHelp } from '../worker/variables.js';
import { WORKER_OPTIONS } from '../worker/worker-options.js';

const ENVIRONMENT = `
Environment:
  NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY   key pair (or NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY); without it that of ~/.ncloud/configure, then that of the server role
${variablesHelp(WORKER_OPTIONS, PROFILE_OPTIONS)}
  https_proxy, no_proxy             proxy, and hosts that are reached without it
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them
  TEMPORAL_CODEC_ENDPOINT, TEMPORAL_CODEC_AUTH   codec server by which payloads are encoded
DATAFLOW_URL to DATAFLOW_ALLOW_PLAIN_HTTP describe profile default; the file describes the others.
Another variable that begins with DATAFLOW_ is refused.

Example:
  $ dataflow worker &
  $ dataflow run sZ7aVb3kQp1x
`;

const FLAGS = flagsIn(WORKER_OPTIONS);

/**
 * `dataflow worker`: runs a worker until SIGTERM or Ctrl-C. Other workers then continue its waits; no execution is
 * stopped.
 */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .addHelpText('after', ENVIRONMENT)
    .action(async (flags: GivenFlags & CodecFlags) => {
      const { problems } = await readFlags(FLAGS, flags, {
        base: {},
        check: (settings) => problemsOf({ kind: 'object', options: WORKER_OPTIONS }, settings),
      });
      if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow worker', problems);
      const env: Record<string, string | undefined> = { ...process.env };
      for (const { flag, option } of FLAGS) {
        const text = flags[flag.attributeName()];
        if (typeof text === 'string' && option.variable !== undefined) env[option.variable] = text;
      }
      const namespace = process.env['TEMPORAL_NAMESPACE'] || 'default';
      const dataConverter = await loadDataConverter(readCodecSettings(flags, namespace), namespace);
      await runWorker({ env, ...(dataConverter !== undefined && { worker: { dataConverter } }) });
    });
  addFlags(command, FLAGS);
  addCodecOptions(command);
}
