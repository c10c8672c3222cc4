import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { PIPELINE_UPDATES } from '../../contract/names.js';
import { CommandFailed } from '../command-failed.js';
import { say } from '../output.js';
import { addCodecOptions, type CodecFlags, withoutCodecFlags } from '../run/codec-options.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { sendUpdate } from '../run/send-update.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';

interface Message {
  readonly update: keyof typeof PIPELINE_UPDATES;
  readonly about: string;
  /** Printed when the run has applied it. */
  readonly done: string;
  /** Properties that the command sets. */
  readonly says?: object;
  readonly onStep?: true;
  readonly takesReason?: true;
  readonly decides?: true;
}

type Flags = Readonly<Record<string, string>>;

/** Messages to a run, by the name of their command. */
const MESSAGES: Readonly<Record<string, Message>> = {
  pause: {
    update: 'pause',
    about: 'start nothing new; what runs goes on',
    done: 'paused: nothing new starts until dataflow pipeline resume',
  },
  resume: { update: 'resume', about: 'go on after a pause', done: 'it goes on' },
  'cancel-step': {
    ...{ update: 'cancelStep', onStep: true },
    about: 'stop the items of a step that run, and start no more of them',
    done: 'the step is being canceled',
  },
  'retry-step': {
    ...{ update: 'retryStep', onStep: true },
    about: 'run what failed of a step again, and what was skipped because of it',
    done: 'the step runs again',
  },
  'skip-step': {
    ...{ update: 'skipStep', onStep: true, takesReason: true },
    about: 'do not run a step, or let its failure count as a skip',
    done: 'the step is skipped',
  },
  approve: {
    ...{ update: 'approve', onStep: true, decides: true, says: { approve: true } },
    about: 'approve what a step waits for',
    done: 'approved',
  },
  reject: {
    ...{ update: 'approve', onStep: true, decides: true, says: { approve: false } },
    about: 'reject what a step waits for: it fails',
    done: 'rejected',
  },
};

/** A command for the message of that name. */
export const addMessageCommand =
  (name: string) =>
  (group: Command): void => {
    const message = MESSAGES[name];
    if (message === undefined) throw new Error(`there is no message ${name}`);
    const command = group
      .command(name)
      .description(message.about)
      .argument('<runId>', 'workflow id of the run');
    if (message.onStep) command.argument('<step>', 'name of the step');
    if (message.takesReason) command.option('--reason <text>', 'shown with the step');
    if (message.decides)
      command
        .option('--by <name>', 'who decides', process.env['USER'])
        .option('--comment <text>', 'what later steps and readers see')
        .option('--item <number>', 'which item, from 0; all that wait by default');
    command
      .option('--pipeline <key>', 'key of the pipeline, where a workflow runs several')
      .addHelpText('after', helpOf(name, message))
      .action(async (runId: string, ...rest: readonly unknown[]) => {
        const step = message.onStep ? (rest[0] as string) : undefined;
        const flags = rest[message.onStep ? 1 : 0] as Flags;
        const input = {
          ...(step !== undefined && { step }),
          ...readFlags(withoutCodecFlags(flags)),
        };
        await send(runId, message, input, flags);
      });
    addCodecOptions(command);
  };

const helpOf = (name: string, { onStep }: Message): string => `${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline ${name} dataflow/nightly-sales/2026-11-21${onStep ? ' publish' : ''}
`;

function readFlags({ item, ...flags }: Readonly<Record<string, string>>): object {
  if (item === undefined) return flags;
  if (!/^\d{1,9}$/.test(item))
    throw new DataFlowInvalidInputError('dataflow', [
      '--item: must be an integer of at least 0, the number of an item',
    ]);
  return { ...flags, item: Number(item) };
}

async function send(
  runId: string,
  message: Message,
  input: object,
  flags: CodecFlags,
): Promise<void> {
  await withTemporal(flags, async (temporal) => {
    const { isRunning } = await describeWorkflow(temporal, runId);
    if (!isRunning)
      throw new CommandFailed(
        'refused',
        `run ${runId} has ended: dataflow pipeline describe ${runId} shows how; what failed can be run again with dataflow pipeline rerun ${runId} --from-failed`,
      );
    const update = PIPELINE_UPDATES[message.update];
    await sendUpdate(temporal, runId, { update, input: { ...input, ...message.says } });
    say(`done: ${message.done}`);
  });
}
